use dd_trace_runtime::RawEvent;
use lambda_runtime::{Error, LambdaEvent};

async fn handler(event: LambdaEvent<RawEvent>) -> Result<usize, Error> {
    Ok(event.payload.as_bytes().len())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
