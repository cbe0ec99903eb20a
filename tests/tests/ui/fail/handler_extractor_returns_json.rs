use dd_trace_runtime::{traced_handler};
use lambda_runtime::{Error, LambdaEvent};

fn extract(event: &serde_json::Value) -> Option<serde_json::Value> {
    event.get("_datadog").cloned()
}

#[traced_handler(extractor = extract)]
async fn handler(event: LambdaEvent<String>) -> Result<String, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
