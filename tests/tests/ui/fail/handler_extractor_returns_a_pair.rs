use dd_trace_runtime::{RawEvent, traced_handler};
use lambda_runtime::{Error, LambdaEvent};

fn extract(_: &RawEvent) -> (u64, u64) {
    (1, 2)
}

#[traced_handler(extractor = extract)]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
