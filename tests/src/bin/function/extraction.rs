//! Functions whose extractors do what the event says.

use dd_trace_runtime::{Carrier, RawEvent, traced_handler};
use lambda_runtime::{Context, Error, LambdaEvent};
use serde_json::Value;

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    match how {
        "" => dd_trace_runtime::run(waiting_with_context).await,
        "plainly" => dd_trace_runtime::run(plainly).await,
        _ => crate::no_function(how),
    }
}

#[traced_handler(extractor = "extract_and_wait")]
async fn waiting_with_context(event: LambdaEvent<Value>) -> Result<Value, Error> {
    if event.payload["handler"] == "never ends" {
        std::future::pending::<()>().await;
    }
    Ok(event.payload)
}

async fn extract_and_wait(event: &Value, context: &Context) -> Option<(u64, u64, i8)> {
    assert!(!context.request_id.is_empty());
    tokio::task::yield_now().await;
    match event["extractor"].as_str() {
        Some("never ends") => std::future::pending().await,
        Some("panics") => panic!("no extractor today"),
        Some("finds") => Some((7, 8, 2)),
        Some("finds zero") => Some((0, 8, 2)),
        _ => None,
    }
}

#[traced_handler(extractor = extract)]
async fn plainly(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

fn extract(event: &RawEvent) -> Result<Carrier, Error> {
    let event: Value = event.parse()?;
    match event["extractor"].as_str() {
        Some("panics") => panic!("no extractor today"),
        Some("finds") => Ok([
            ("x-datadog-trace-id", "7"),
            ("x-datadog-parent-id", "8"),
            ("x-datadog-sampling-priority", "2"),
        ]
        .into_iter()
        .collect()),
        Some("finds zero") => Ok([("x-datadog-trace-id", "0")].into_iter().collect()),
        Some("finds no carrier") => Ok(Carrier::default()),
        _ => Err("not today".into()),
    }
}
