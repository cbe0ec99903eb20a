use dd_trace_runtime::traced_handler;
use lambda_runtime::{Context, Error};

#[traced_handler]
async fn handler(order: String, context: Context) -> Result<String, Error> {
    Ok(order + &context.request_id)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
