//! Datadog's sample extractor for Node, in Rust: `_datadog` is an object.

use dd_trace_runtime::traced_handler;
use examples::local;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, json};

mod extractors {
    use dd_trace_runtime::Carrier;
    use serde::Deserialize;

    #[derive(Deserialize)]
    pub(crate) struct Payload {
        #[serde(rename = "_datadog")]
        trace_data: Carrier,
    }

    pub(crate) fn json(payload: &Payload) -> Carrier {
        payload.trace_data.clone()
    }
}

#[traced_handler(extractor = "extractors::json")]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let event = json!({ "data": "sns", "_datadog": {
        "x-datadog-trace-id": "123",
        "x-datadog-parent-id": "321",
        "x-datadog-sampling-priority": "1",
    } });
    local::function(dd_trace_runtime::run(handler), event).await
}
