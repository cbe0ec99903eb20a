//! The function of the guide's page on tracer providers.

use dd_trace_runtime::{Telemetry, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let provider = datadog_opentelemetry::tracing().init(); // and its propagator, as the global one
    Telemetry::with_tracer_provider(provider);
    dd_trace_runtime::run(handler).await
}
