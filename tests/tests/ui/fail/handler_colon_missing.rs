use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(event LambdaEvent<String>) -> Result<String, Error> {
    Ok(String::new())
}

fn main() {
    let _ = handler;
}
