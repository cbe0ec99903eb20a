//! `_datadog` at the top level of a payload: what `TracedPayload` writes, in each of its shapes.

use super::attribute::Attribute;
use super::headers::Headers;
use super::{text, usable};
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context in the value that comes next: a JSON text, a message attribute, or the headers
/// themselves.
///
/// No Datadog library reads it; their users write an extractor for it (`extraction.md` 2.10).
pub(crate) fn context(
    mut json: Reader<'_>,
    propagator: &DatadogPropagator,
) -> Option<TraceContext> {
    if let Some(string) = json.raw_string() {
        return text::of_string(string, propagator);
    }
    let object = json.object()?;
    let mut attribute = Attribute::default();
    let mut headers = Headers::default();
    while let Some(name) = json.member(object) {
        if !attribute.take(&name, &mut json) {
            headers.take(&name, &mut json);
        }
    }
    attribute
        .context(propagator)
        .or_else(|| usable(propagator, &headers))
}
