//! A trace context inside a message attribute, in the spellings of SQS and SNS.

#[cfg(feature = "dsm")]
use std::borrow::Cow;

use super::text;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::Reader;

/// The attribute `{dataType, stringValue | binaryValue}` (Lambda's SQS event), `{DataType, StringValue |
/// BinaryValue}` (the SQS API) or `{Type, Value}` (SNS). Each value is a JSON string as it stands in the event.
#[derive(Debug, Default)]
pub(super) struct Attribute<'a> {
    kind: Option<&'a [u8]>,
    string: Option<&'a [u8]>,
    binary: Option<&'a [u8]>,
    /// SNS: text or Base64, according to the type.
    value: Option<&'a [u8]>,
}

impl<'a> Attribute<'a> {
    /// The attribute `_datadog` of the message attributes that come next.
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
    pub(super) fn read(json: &mut Reader<'a>) -> Option<Self> {
        let mut attribute = Self::default();
        let object = json.object()?;
        while let Some(name) = json.member(object) {
            attribute.take(&name, json);
        }
        Some(attribute)
    }

    /// Takes the value that comes next, if `name` is a member of an attribute. Returns whether it is.
    pub(super) fn take(&mut self, name: &[u8], json: &mut Reader<'a>) -> bool {
        let slot = match name {
            b"dataType" | b"DataType" | b"Type" => &mut self.kind,
            b"stringValue" | b"StringValue" => &mut self.string,
            b"binaryValue" | b"BinaryValue" => &mut self.binary,
            b"Value" => &mut self.value,
            _ => return false,
        };
        *slot = json.raw_string();
        true
    }

    /// The trace context that the attribute holds.
    ///
    /// The value counts whatever the type says: tracers have written every combination.
    pub(super) fn context(&self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let [plain, base64] = self.values();
        plain
            .and_then(|plain| text::of_string(plain, propagator))
            .or_else(|| text::context(&text::decode(&text::unquoted(base64?)?)?, propagator))
    }

    /// The text that the attribute holds, whatever it is.
    #[cfg(feature = "dsm")]
    pub(super) fn text(&self) -> Option<Cow<'a, str>> {
        let [plain, base64] = self.values();
        match plain {
            Some(plain) => text::unquoted(plain),
            None => text::decode(&text::unquoted(base64?)?).map(Cow::Owned),
        }
    }

    /// The value as plain text, and as one in Base64.
    fn values(&self) -> [Option<&'a [u8]>; 2] {
        let is_binary = self.kind.is_some_and(|kind| kind.starts_with(b"\"Binary"));
        [
            self.string.or(self.value.filter(|_| !is_binary)),
            self.binary.or(self.value.filter(|_| is_binary)),
        ]
    }
}
