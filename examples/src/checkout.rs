//! Takes an order over HTTP and tells the others: through a queue and through a topic.

use dd_trace_runtime::{TracedPayload, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{FutureExt, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, global};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Debug, Deserialize)]
struct Request {
    body: String,
}

/// What the other functions are told; as JSON it carries the trace context in `_datadog`.
#[derive(Debug, Deserialize, TracedPayload)]
#[serde(rename_all = "camelCase")]
struct OrderPlaced {
    order_id: String,
    amount: u32,
}

#[traced_handler]
async fn handler(http: &reqwest::Client, event: LambdaEvent<Request>) -> Result<Value, Error> {
    let order: OrderPlaced = serde_json::from_str(&event.payload.body)?;
    let tracer = global::tracer("examples");
    for (name, variable) in [("queue", "QUEUE_URL"), ("topic", "TOPIC_URL")] {
        let span = tracer.span_builder(format!("publish to the {name}"));
        let span = span.with_kind(SpanKind::Producer).start(&tracer);
        let active = Context::current_with_span(span);
        publish(http, variable, &order).with_context(active).await?;
    }
    Ok(json!({ "statusCode": 202, "body": order.order_id }))
}

/// Sends the order to the address in `variable`.
async fn publish(http: &reqwest::Client, variable: &str, order: &OrderPlaced) -> Result<(), Error> {
    let payload = payload(variable, order)?;
    let Ok(url) = std::env::var(variable) else {
        tracing::info!("{variable} isn't set; set it to a URL that takes {payload}");
        return Ok(());
    };
    let request = http.post(url).body(payload);
    request.send().await?.error_for_status()?;
    Ok(())
}

/// `--break-propagation` shows what comes of a payload that is written where no span is active.
fn payload(variable: &str, order: &OrderPlaced) -> serde_json::Result<String> {
    let broken = std::env::var("BREAK_PROPAGATION").is_ok_and(|broken| broken == variable);
    let _no_span = broken.then(|| Context::new().attach());
    serde_json::to_string(order)
}

/// Runs the function until Lambda stops it.
pub async fn run() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let http = reqwest::Client::new();
    dd_trace_runtime::run(|event| handler(&http, event)).await
}
