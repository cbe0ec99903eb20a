//! A carrier inside a message attribute, in the spellings of SQS and SNS.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine as _};

use crate::carrier::Carrier;
use crate::json::Reader;

/// The carrier in the attribute that comes next: `{dataType, stringValue | binaryValue}` (Lambda's SQS
/// event), `{DataType, StringValue | BinaryValue}` (the SQS API) or `{Type, Value}` (SNS).
///
/// The value that is there counts, whatever the type says: tracers have written every combination
/// (`extraction.md` 2.5).
pub(super) fn carrier(json: &mut Reader<'_>) -> Option<Carrier> {
    let mut attribute = Attribute::default();
    let object = json.object()?;
    while let Some(name) = json.member(object) {
        let slot = match &*name {
            b"dataType" | b"DataType" | b"Type" => &mut attribute.kind,
            b"stringValue" | b"StringValue" => &mut attribute.string,
            b"binaryValue" | b"BinaryValue" => &mut attribute.binary,
            b"Value" => &mut attribute.value,
            _ => continue,
        };
        *slot = json.string();
    }
    attribute.carrier()
}

#[derive(Default)]
struct Attribute<'a> {
    kind: Option<Cow<'a, str>>,
    string: Option<Cow<'a, str>>,
    binary: Option<Cow<'a, str>>,
    /// SNS: text or base64, as the type says.
    value: Option<Cow<'a, str>>,
}

impl Attribute<'_> {
    fn carrier(&self) -> Option<Carrier> {
        let is_binary = self.kind.as_ref().is_some_and(|k| k.starts_with("Binary"));
        let (text, base64) = if is_binary {
            (None, self.value.as_deref())
        } else {
            (self.value.as_deref(), None)
        };
        let text = self.string.as_deref().or(text);
        let base64 = self.binary.as_deref().or(base64);
        text.and_then(Carrier::from_json)
            .or_else(|| base64.and_then(from_base64))
    }
}

fn from_base64(base64: &str) -> Option<Carrier> {
    let bytes = BASE64_STANDARD.decode(base64).ok()?;
    Carrier::from_json(std::str::from_utf8(&bytes).ok()?)
}
