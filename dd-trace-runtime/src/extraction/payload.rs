//! `_datadog` at the top level of a payload: what `TracedPayload` writes, in each of its shapes.

use super::attribute::Attribute;
use super::headers::Headers;
use super::{step_functions, text, usable};
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context in the value that comes next: a JSON text, a message attribute, or the headers
/// themselves.
///
/// No Datadog library reads it there; their users write an extractor for it (`extraction.md` 2.10).
/// Where EventBridge and Kinesis have it, all read the headers, and the context object of a Step
/// Functions execution, too.
pub(crate) fn context(json: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    if let Some(text) = json.clone().string() {
        return text::context(&text, propagator);
    }
    of_object(json.clone(), propagator).or_else(|| step_functions::context(json))
}

fn of_object(mut json: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
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
