use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(event: LambdaEvent<String>) -> Result<String, impl Into<Error>> {
    if event.payload.is_empty() { Err("empty") } else { Ok(event.payload) }
}

fn main() {
    let _ = handler;
}
