//! `_datadog` at the top level of a payload, in each shape that `TracedPayload` writes.

use super::attribute::Attribute;
use super::headers::Headers;
use super::step_functions::ContextObject;
use super::{text, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::Reader;

/// What `_datadog` holds: a JSON text, a message attribute, the headers themselves, or the context object
/// of a Step Functions execution.
///
/// No Datadog library reads the first three; their users write extractors for them.
#[derive(Debug, Default)]
pub(crate) struct Payload<'a> {
    text: Option<&'a [u8]>,
    attribute: Attribute<'a>,
    headers: Headers<'a>,
    pub(super) execution: ContextObject<'a>,
}

impl<'a> Payload<'a> {
    /// Reads the value that comes next, in one pass.
    pub(crate) fn read(json: &mut Reader<'a>) -> Self {
        let mut payload = Self {
            text: json.raw_string(),
            execution: ContextObject::at(json),
            ..Self::default()
        };
        let Some(object) = json.object() else {
            return payload;
        };
        while let Some(name) = json.member(object) {
            if !payload.headers.take(&name, json) && !payload.attribute.take(&name, json) {
                payload.execution.take(&name, json);
            }
        }
        payload
    }

    pub(crate) fn context(&self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        if let Some(text) = self.text {
            return text::of_string(text, propagator);
        }
        self.attribute
            .context(propagator)
            .or_else(|| usable(propagator, &self.headers))
    }
}
