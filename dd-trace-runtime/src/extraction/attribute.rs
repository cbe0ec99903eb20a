//! A trace context inside a message attribute, in the spellings of SQS and SNS.

use std::borrow::Cow;

use super::text;
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The attribute `{dataType, stringValue | binaryValue}` (Lambda's SQS event),
/// `{DataType, StringValue | BinaryValue}` (the SQS API) or `{Type, Value}` (SNS).
#[derive(Debug, Default)]
pub(super) struct Attribute<'a> {
    kind: Option<Cow<'a, str>>,
    string: Option<Cow<'a, str>>,
    binary: Option<Cow<'a, str>>,
    /// SNS: text or base64, as the type says.
    value: Option<Cow<'a, str>>,
}

/// The trace context in the attribute that comes next.
pub(super) fn context(
    mut json: Reader<'_>,
    propagator: &DatadogPropagator,
) -> Option<TraceContext> {
    let mut attribute = Attribute::default();
    let object = json.object()?;
    while let Some(name) = json.member(object) {
        attribute.take(&name, &mut json);
    }
    attribute.context(propagator)
}

impl<'a> Attribute<'a> {
    /// Takes the value that comes next, if `name` is a member of an attribute; returns whether it is.
    pub(super) fn take(&mut self, name: &[u8], json: &mut Reader<'a>) -> bool {
        let slot = match name {
            b"dataType" | b"DataType" | b"Type" => &mut self.kind,
            b"stringValue" | b"StringValue" => &mut self.string,
            b"binaryValue" | b"BinaryValue" => &mut self.binary,
            b"Value" => &mut self.value,
            _ => return false,
        };
        *slot = json.string();
        true
    }

    /// The trace context that the attribute holds.
    ///
    /// The value that is there counts, whatever the type says: tracers have written every combination
    /// (`extraction.md` 2.5).
    pub(super) fn context(&self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let value = self.value.as_deref();
        let is_binary = self.kind.as_ref().is_some_and(|k| k.starts_with("Binary"));
        let plain = self.string.as_deref().or(value.filter(|_| !is_binary));
        let base64 = self.binary.as_deref().or(value.filter(|_| is_binary));
        plain
            .and_then(|plain| text::context(plain, propagator))
            .or_else(|| text::context(&text::decode(base64?)?, propagator))
    }
}
