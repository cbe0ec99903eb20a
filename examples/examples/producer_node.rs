//! Datadog's sample of passing trace context for Node, in Rust: `_datadog` is an object.

use dd_trace_runtime::{TracedPayload, traced_handler};
use examples::{MyCustomClient, local};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, json};

#[derive(TracedPayload)]
struct Payload {
    data: &'static str,
}

#[traced_handler]
async fn handler(_event: LambdaEvent<Value>) -> Result<(), Error> {
    let payload = Payload { data: "sns" };
    let payload = serde_json::to_string(&payload)?; // includes the trace context
    Ok(MyCustomClient.send_request(&payload).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::function(dd_trace_runtime::run(handler), json!({})).await
}
