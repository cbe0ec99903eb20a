use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(event: LambdaEvent<String>) -> Result<usize, Error> {
    Ok(event.payload.len() + )
}

fn main() {
    let _ = handler;
}
