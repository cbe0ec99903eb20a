//! The trace context in a piece of JSON text from any source.

use std::borrow::Cow;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::headers::{self, Headers};
use super::{step_functions, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::Reader;

/// The trace context of `text`: an object of headers, or the context object of a Step Functions execution,
/// which its tasks pass on in the same places.
pub(super) fn context(text: &str, propagator: &DatadogPropagator) -> Option<TraceContext> {
    headers::from_text(text, propagator)
        .or_else(|| step_functions::context(Reader::new(text.as_bytes())))
}

/// As [`context`], for a JSON string as it stands in the event, with its quotes and escapes.
pub(super) fn of_string(string: &[u8], propagator: &DatadogPropagator) -> Option<TraceContext> {
    Headers::of_string(string, propagator)
        .and_then(|headers| usable(propagator, &headers))
        .or_else(|| context(&unquoted(string)?, propagator))
}

/// The text of a JSON string.
pub(super) fn unquoted(string: &[u8]) -> Option<Cow<'_, str>> {
    Reader::new(string).string()
}

/// Not every producer writes the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// UTF-8 text in Base64.
pub(super) fn decode(base64: &str) -> Option<String> {
    String::from_utf8(decode_bytes(base64.as_bytes())?).ok()
}

pub(super) fn decode_bytes(base64: &[u8]) -> Option<Vec<u8>> {
    BASE64.decode(base64).ok()
}
