//! `_datadog` at the top level of a payload: what `TracedPayload` writes, in each of its shapes.

use super::attribute;
use crate::carrier::Carrier;
use crate::json::Reader;

/// The carrier in the value that comes next: a JSON text, a message attribute, or the headers
/// themselves.
///
/// No Datadog library reads it; their users write an extractor for it (`extraction.md` 2.10).
pub(super) fn carrier(json: &mut Reader<'_>) -> Option<Carrier> {
    if let Some(text) = json.string() {
        return Carrier::from_json(&text);
    }
    let value = json.raw()?;
    attribute::carrier(&mut Reader::new(value.as_bytes())).or_else(|| Carrier::from_json(value))
}
