//! Datadog's sample of passing trace context for Python, in Rust: `_datadog` is a message attribute.

use dd_trace_runtime::{TracedPayload, traced_handler};
use examples::{MyCustomClient, local};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, json};

#[derive(TracedPayload)]
#[datadog(carrier = "attribute")]
#[serde(rename_all = "camelCase")]
struct Request {
    my_custom: &'static str,
}

#[traced_handler]
async fn handler(_event: LambdaEvent<Value>) -> Result<(), Error> {
    let request = Request { my_custom: "data" };
    let request = serde_json::to_string(&request)?; // includes the trace context
    Ok(MyCustomClient.send_request(&request).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::function(dd_trace_runtime::run(handler), json!({})).await
}
