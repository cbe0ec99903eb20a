use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[derive(Debug)]
struct OutOfStock;

#[traced_handler]
async fn handler(_: LambdaEvent<String>) -> Result<String, OutOfStock> {
    Err(OutOfStock)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
