//! The body of an HTTP request or response in Base64.

use base64::prelude::{BASE64_STANDARD, Engine as _};

use super::is_nested;
use crate::json::Reader;

/// The member that holds the body.
pub(super) const BODY: &str = "body";

/// Whether a request or a response says that its body is in Base64.
pub(super) fn is_encoded(json: &Reader<'_>) -> bool {
    let [flag] = json.clone().members([b"isBase64Encoded"]);
    flag.is_some_and(|mut flag| flag.raw() == Some("true"))
}

/// The text of the body if it is JSON or a form. Secrets can't be found in anything else.
pub(super) fn decode(body: &str) -> Option<String> {
    let bytes = BASE64_STANDARD.decode(body.trim_ascii_end()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (is_nested(&text) || is_form(&text)).then_some(text)
}

/// Whether a text consists of pairs `key=value`, as in `application/x-www-form-urlencoded`.
fn is_form(text: &str) -> bool {
    let is_pair = |pair: &str| pair.contains('=') && !pair.contains(char::is_whitespace);
    text.split('&').all(is_pair)
}
