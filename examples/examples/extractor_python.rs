//! Datadog's sample extractor for Python, in Rust: `_datadog` is a JSON text.

use dd_trace_runtime::{Carrier, traced_handler};
use examples::local;
use lambda_runtime::{Error, LambdaEvent};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Payload {
    #[serde(rename = "_datadog")]
    trace_headers: String,
}

fn extractor(payload: &Payload) -> serde_json::Result<Carrier> {
    serde_json::from_str(&payload.trace_headers)
}

#[traced_handler(extractor = "extractor")]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let headers = json!({
        "x-datadog-trace-id": "123",
        "x-datadog-parent-id": "321",
        "x-datadog-sampling-priority": "1",
    });
    let event = json!({ "_datadog": headers.to_string() });
    local::function(dd_trace_runtime::run(handler), event).await
}
