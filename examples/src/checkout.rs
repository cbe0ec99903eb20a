//! Takes an order over HTTP and announces it to the other functions, through a queue and over MQTT.

use dd_trace_runtime::{TracedPayload, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{FutureExt, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, global};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::outlet::Outlet;

#[derive(Debug, Deserialize)]
struct Request {
    body: String,
}

/// The message to the other functions; as JSON it carries the trace context in `_datadog`.
#[derive(Debug, Deserialize, TracedPayload)]
#[serde(rename_all = "camelCase")]
struct OrderPlaced {
    order_id: String,
    amount: u32,
}

/// The outlets of the function, and their names.
type Outlets = [(&'static str, Outlet); 2];

#[traced_handler]
async fn handler(outlets: &Outlets, event: LambdaEvent<Request>) -> Result<Value, Error> {
    let order: OrderPlaced = serde_json::from_str(&event.payload.body)?;
    let tracer = global::tracer("examples");
    for (name, outlet) in outlets {
        let span = tracer.span_builder(format!("publish to the {name}"));
        let span = span.with_kind(SpanKind::Producer).start(&tracer);
        let active = Context::current_with_span(span);
        let publish = async { outlet.send(payload(name, &order)?).await };
        publish.with_context(active).await?;
    }
    Ok(json!({ "statusCode": 202, "body": order.order_id }))
}

/// `--break-propagation` writes the payload outside any span, to show the result.
fn payload(outlet: &str, order: &OrderPlaced) -> serde_json::Result<String> {
    let broken = std::env::var("BREAK_PROPAGATION").is_ok_and(|broken| broken == outlet);
    let _no_span = broken.then(|| Context::new().attach());
    serde_json::to_string(order)
}

/// Runs the function until Lambda stops it.
pub async fn run() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let outlets = [
        ("queue", Outlet::queue()),
        ("topic", Outlet::topic("orders/placed")?),
    ];
    dd_trace_runtime::run(|event| handler(&outlets, event)).await
}
