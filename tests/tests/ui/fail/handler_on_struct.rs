use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
pub struct Handler {
    event: LambdaEvent<String>,
}

fn main() {
    let _ = |handler: Handler| -> Result<_, Error> { Ok(handler.event) };
}
