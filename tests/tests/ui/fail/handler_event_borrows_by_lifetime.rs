use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[derive(serde::Deserialize)]
struct Order<'a> {
    id: &'a str,
}

#[traced_handler]
async fn handler(event: LambdaEvent<Order<'_>>) -> Result<String, Error> {
    Ok(event.payload.id.to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
