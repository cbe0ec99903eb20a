//! Datadog's sample of passing trace context from a host, in Rust: a process that isn't a Lambda function.

use std::time::Duration;

use dd_trace_runtime::trace_headers;
use examples::{MyCustomClient, local};
use lambda_runtime::Error;
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use opentelemetry::{Context, global};
use serde_json::json;

async fn publish() -> Result<(), Error> {
    let datadog = trace_headers(); // captures the active trace context
    let payload = json!({ "data": "sns", "_datadog": datadog });
    Ok(MyCustomClient.send_request(&payload.to_string()).await?)
}

async fn program() -> Result<(), Error> {
    let telemetry = dd_trace_runtime::init();
    let span = global::tracer("shop").start("publish");
    let active = Context::current_with_span(span);
    publish().with_context(active).await?;
    if let Err(unsent) = telemetry.shutdown(Duration::from_secs(5)).await {
        eprintln!("{unsent}"); // only spans are lost: the work is done
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::host(program()).await
}
