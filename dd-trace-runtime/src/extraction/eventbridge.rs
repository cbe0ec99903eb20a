//! EventBridge: `detail._datadog`.

use super::headers::Headers;
use super::{step_functions, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::Reader;

/// `_datadog` in an event's `detail`, which comes next, in one pass.
///
/// The rest of the envelope isn't read: an input transformer may have left only `detail`.
pub(super) fn carrier<'a>(detail: &mut Reader<'a>) -> Option<Reader<'a>> {
    let [carrier] = detail.read_members([b"_datadog"]);
    carrier
}

/// The trace context in that carrier: an object of headers, or of a Step Functions execution.
pub(super) fn context(carrier: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    usable(propagator, &Headers::read(carrier.clone())).or_else(|| step_functions::context(carrier))
}

/// The same in an event that is the text of a message.
pub(super) fn context_in(envelope: &str, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let [detail] = Reader::new(envelope.as_bytes()).members([b"detail"]);
    context(carrier(&mut detail?)?, propagator)
}
