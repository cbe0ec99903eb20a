use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(repo: &R, event: LambdaEvent<String>) -> Result<(), Error> {
    Ok(())
}

fn main() {
    let _ = handler;
}
