//! Packs the orders that come through the queue.

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{TraceContextExt, Tracer};
use opentelemetry::{KeyValue, global};
use serde::Deserialize;

use crate::extractors;

/// The part of an SQS event that is read here.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Batch {
    /// The messages.
    pub(crate) records: Vec<Message>,
}

/// A message of a batch.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    /// What the producer sent.
    pub(crate) body: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: String,
}

/// Packs each order of the batch.
#[traced_handler(extractor = "extractors::order")]
async fn handler(event: LambdaEvent<Batch>) -> Result<(), Error> {
    for message in &event.payload.records {
        let order: Order = serde_json::from_str(&message.body)?;
        global::tracer("examples").in_span("pack order", |context| {
            context
                .span()
                .set_attribute(KeyValue::new("order.id", order.order_id.clone()));
            tracing::info!("packed order {}", order.order_id);
        });
    }
    Ok(())
}

/// Runs the function until Lambda stops it.
pub async fn run() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    dd_trace_runtime::run(handler).await
}
