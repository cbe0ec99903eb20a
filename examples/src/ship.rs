//! Books the transport of a parcel: the task of a state machine, which gets the execution's input.

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde::Deserialize;

/// The event: the input of the execution. Its trace context needs no extractor.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parcel {
    order_id: String,
}

/// Books the transport.
#[traced_handler]
async fn handler(event: LambdaEvent<Parcel>) -> Result<(), Error> {
    let Parcel { order_id } = event.payload;
    global::tracer("examples").in_span("book transport", |_| {
        tracing::info!("booked the transport of order {order_id}");
    });
    Ok(())
}

/// Runs the function until Lambda stops it.
pub async fn run() -> Result<(), Error> {
    lambda_runtime::tracing::init_default_subscriber();
    dd_trace_runtime::run(handler).await
}
