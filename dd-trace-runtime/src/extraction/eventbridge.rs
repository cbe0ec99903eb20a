//! EventBridge: `detail._datadog`.

use super::headers::Headers;
use super::{step_functions, usable};
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context in an event's `detail`, which comes next (`extraction.md` 2.8): an object of headers,
/// or of a Step Functions execution.
///
/// What else the envelope has isn't looked at: an input transformer may have left `detail` alone.
pub(super) fn context(detail: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let [carrier] = detail.members([b"_datadog"]);
    let carrier = carrier?;
    usable(propagator, &Headers::read(carrier.clone())).or_else(|| step_functions::context(carrier))
}

/// The same in an event that is the text of a message.
pub(super) fn context_in(envelope: &str, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let [detail] = Reader::new(envelope.as_bytes()).members([b"detail"]);
    context(detail?, propagator)
}
