//! Packs the orders from the queue, and starts a state machine that ships them.

use dd_trace_runtime::{TracedPayload, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{FutureExt, SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, global};
use serde::Deserialize;

use crate::extractors;
use crate::outlet::Outlet;

/// The members of an SQS event that this function reads.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Batch {
    /// The messages.
    pub(crate) records: Vec<Message>,
}

/// A message of a batch.
#[derive(Debug, Deserialize)]
pub(crate) struct Message {
    /// The producer's text.
    pub(crate) body: String,
}

/// The members of an order that this function reads, and the input of the state machine.
#[derive(Debug, Deserialize, TracedPayload)]
#[serde(rename_all = "camelCase")]
struct Parcel {
    order_id: String,
}

/// Packs each order of the batch, and starts its shipping.
#[traced_handler(extractor = "extractors::order")]
async fn handler(shipping: &Outlet, event: LambdaEvent<Batch>) -> Result<(), Error> {
    for message in &event.payload.records {
        let parcel: Parcel = serde_json::from_str(&message.body)?;
        pack(&parcel);
        ship(shipping, &parcel).await?;
    }
    Ok(())
}

fn pack(parcel: &Parcel) {
    global::tracer("examples").in_span("pack order", |context| {
        let id = KeyValue::new("order.id", parcel.order_id.clone());
        context.span().set_attribute(id);
        tracing::info!("packed order {}", parcel.order_id);
    });
}

async fn ship(shipping: &Outlet, parcel: &Parcel) -> Result<(), Error> {
    let tracer = global::tracer("examples");
    let span = tracer.span_builder("start the shipping");
    let active = Context::current_with_span(span.with_kind(SpanKind::Producer).start(&tracer));
    let start = async { shipping.send(serde_json::to_string(parcel)?).await };
    start.with_context(active).await
}

/// Runs the function until Lambda stops it.
pub async fn run() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    let shipping = Outlet::state_machine();
    dd_trace_runtime::run(|event| handler(&shipping, event)).await
}
