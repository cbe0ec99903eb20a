use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    let shared = std::rc::Rc::new(event.payload);
    tokio::task::yield_now().await;
    Ok(shared.to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run_concurrent(handler).await
}
