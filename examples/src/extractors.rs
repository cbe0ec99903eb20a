//! Where the functions' events have their trace context.

use dd_trace_runtime::Carrier;
use serde::Deserialize;
use serde_json::Value;

use crate::fulfil::Batch;

#[derive(Deserialize)]
struct Traced {
    #[serde(rename = "_datadog")]
    carrier: Carrier,
}

/// In the body of a batch's first message.
pub(crate) fn order(batch: &Batch) -> Option<Carrier> {
    let message = batch.records.first()?;
    let traced: Traced = serde_json::from_str(&message.body).ok()?;
    Some(traced.carrier)
}

/// In the event itself.
pub(crate) fn notification(event: &Value) -> serde_json::Result<Carrier> {
    Traced::deserialize(event).map(|traced| traced.carrier)
}
