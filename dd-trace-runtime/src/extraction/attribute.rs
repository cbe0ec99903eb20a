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

impl<'a> Attribute<'a> {
    /// The attribute `_datadog` among those of a message, which come next.
    pub(super) fn among(json: &mut Reader<'a>) -> Option<Self> {
        let attributes = json.object()?;
        let mut found = None;
        while let Some(name) = json.member(attributes) {
            if *name == *b"_datadog" {
                found = Self::read(json);
            }
        }
        found
    }

    /// The attribute that comes next.
    fn read(json: &mut Reader<'a>) -> Option<Self> {
        let mut attribute = Self::default();
        let object = json.object()?;
        while let Some(name) = json.member(object) {
            attribute.take(&name, json);
        }
        Some(attribute)
    }

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
