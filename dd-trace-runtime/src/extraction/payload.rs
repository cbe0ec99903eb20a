//! `_datadog` at the top level of a payload: what `TracedPayload` writes, in each of its shapes.

use serde_json::value::RawValue;

use super::attribute;
use crate::carrier::Carrier;
use crate::json;

/// The carrier in the value of `_datadog`: a JSON text, a message attribute, or the headers themselves.
///
/// No Datadog library reads it; their users write an extractor for it (`extraction.md` 2.10).
pub(super) fn carrier(value: &RawValue) -> Option<Carrier> {
    if let Some(text) = json::text(value) {
        return Carrier::from_json(&text);
    }
    attribute::carrier(value).or_else(|| Carrier::from_json(value.get()))
}
