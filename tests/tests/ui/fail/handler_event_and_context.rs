use dd_trace_runtime::traced_handler;
use lambda_runtime::{Context, Error};

#[traced_handler]
async fn handler(event: String, context: Context) -> Result<String, Error> {
    Ok(event + &context.request_id)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
