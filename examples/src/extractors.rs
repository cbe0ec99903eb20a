//! The places of the trace context in the functions' events.

use dd_trace_runtime::Carrier;
use serde::Deserialize;
use serde_json::Value;

use crate::fulfil::Batch;

#[derive(Deserialize)]
struct Traced {
    #[serde(rename = "_datadog")]
    carrier: Carrier,
}

/// It is in the body of a batch's first message.
pub(crate) fn order(batch: &Batch) -> Option<Carrier> {
    let message = batch.records.first()?;
    let traced: Traced = serde_json::from_str(&message.body).ok()?;
    Some(traced.carrier)
}

/// It is in the event itself.
pub(crate) fn notification(event: &Value) -> serde_json::Result<Carrier> {
    Traced::deserialize(event).map(|traced| traced.carrier)
}
