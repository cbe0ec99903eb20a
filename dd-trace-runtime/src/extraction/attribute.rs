//! A carrier inside a message attribute, in the spellings of SQS and SNS.

use std::ops::ControlFlow;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::value::RawValue;

use crate::carrier::Carrier;
use crate::json::{self, Members, Read};

/// The carrier in the attribute `{dataType, stringValue | binaryValue}` (Lambda's SQS event),
/// `{DataType, StringValue | BinaryValue}` (the SQS API) or `{Type, Value}` (SNS).
///
/// The value that is there counts, whatever the type says: tracers have written every combination
/// (`extraction.md` 2.5).
pub(super) fn carrier(attribute: &RawValue) -> Option<Carrier> {
    let mut found = Attribute::default();
    json::members(attribute.get().as_bytes(), &mut found);
    found.carrier()
}

#[derive(Default)]
struct Attribute<'a> {
    kind: Option<&'a RawValue>,
    string: Option<&'a RawValue>,
    binary: Option<&'a RawValue>,
    /// SNS: text or base64, as the type says.
    value: Option<&'a RawValue>,
}

impl<'a> Members<'a> for Attribute<'a> {
    fn want(&mut self, name: &str) -> Read {
        match name {
            "dataType" | "DataType" | "Type" | "stringValue" | "StringValue" | "binaryValue"
            | "BinaryValue" | "Value" => Read::Whole,
            _ => Read::Nothing,
        }
    }

    fn take(&mut self, name: &str, value: &'a RawValue) -> ControlFlow<()> {
        let slot = match name {
            "stringValue" | "StringValue" => &mut self.string,
            "binaryValue" | "BinaryValue" => &mut self.binary,
            "Value" => &mut self.value,
            _ => &mut self.kind,
        };
        *slot = Some(value);
        ControlFlow::Continue(())
    }
}

impl Attribute<'_> {
    fn carrier(&self) -> Option<Carrier> {
        let kind = self.kind.and_then(json::text).unwrap_or_default();
        let (text, base64) = if kind.starts_with("Binary") {
            (None, self.value)
        } else {
            (self.value, None)
        };
        self.string
            .or(text)
            .and_then(from_text)
            .or_else(|| self.binary.or(base64).and_then(from_base64))
    }
}

fn from_text(value: &RawValue) -> Option<Carrier> {
    Carrier::from_json(&json::text(value)?)
}

fn from_base64(value: &RawValue) -> Option<Carrier> {
    let bytes = BASE64_STANDARD.decode(json::text(value)?.as_bytes()).ok()?;
    Carrier::from_json(std::str::from_utf8(&bytes).ok()?)
}
