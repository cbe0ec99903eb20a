//! Tells the customer of an order that comes over MQTT.

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde::Deserialize;

use crate::extractors;

/// The event, which is the bare message.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Notification {
    order_id: String,
    amount: u32,
}

/// Writes to the customer.
#[traced_handler(extractor = "extractors::notification")]
async fn handler(event: LambdaEvent<Notification>) -> Result<(), Error> {
    let Notification { order_id, amount } = event.payload;
    global::tracer("examples").in_span("write to customer", |_| {
        tracing::info!("order {order_id} over {amount} is on its way");
    });
    Ok(())
}

/// Runs the function until Lambda stops it.
pub async fn run() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    dd_trace_runtime::run(handler).await
}
