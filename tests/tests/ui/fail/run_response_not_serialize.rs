use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

struct Receipt;

#[traced_handler]
async fn handler(_: LambdaEvent<String>) -> Result<Receipt, Error> {
    Ok(Receipt)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
