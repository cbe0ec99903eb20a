use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};

#[traced_handler]
async fn handler<const N: usize>(event: LambdaEvent<String>) -> Result<usize, Error> {
    Ok(event.payload.len() * N)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler::<1>).await
}
