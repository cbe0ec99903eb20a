use dd_trace_runtime::{Carrier, traced_handler};
use lambda_runtime::{Error, LambdaEvent};

fn extract(_: LambdaEvent<serde_json::Value>) -> Carrier {
    Carrier::default()
}

#[traced_handler(extractor = extract)]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
