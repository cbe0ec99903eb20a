use dd_trace_runtime::{Carrier, RawEvent, traced_handler};
use lambda_runtime::{Error, LambdaEvent};

struct Missing;

fn extract(_: &RawEvent) -> Result<Carrier, Missing> {
    Err(Missing)
}

#[traced_handler(extractor = extract)]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
