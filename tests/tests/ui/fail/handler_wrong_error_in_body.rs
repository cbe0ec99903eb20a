use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(event: LambdaEvent<String>) -> Result<u8, Error> {
    event.payload.parse::<u8>()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
