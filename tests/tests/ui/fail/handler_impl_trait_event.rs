use dd_trace_runtime::traced_handler;
use lambda_runtime::Error;

#[traced_handler]
async fn handler(event: impl Into<String>) -> Result<String, Error> {
    Ok(event.into())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
