//! What a header can hold: the one rule for the origin, tags, baggage and `tracestate`.

use memchr::memchr;

/// What stands before and after the first `separator`, an ASCII character. The standard library takes three times as
/// long for texts of this length.
pub(crate) fn split_once(text: &str, separator: u8) -> Option<(&str, &str)> {
    let place = memchr(separator, text.as_bytes())?;
    Some((text.get(..place)?, text.get(place + 1..)?))
}

/// The parts of a text between its `separator`s, as of `str::split`.
pub(crate) fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let (part, after) = match split_once(text, separator) {
            Some((part, after)) => (part, Some(after)),
            None => (text, None),
        };
        rest = after;
        Some(part)
    })
}

/// Whether a header can hold the text as it is: only printable ASCII, so that no text can begin another header.
pub(crate) fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// As [`is_printable`], for a name, which has no blanks and isn't empty.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether `x-datadog-tags` can hold the tag. There a comma ends a value and the first `=` ends a key, and
/// neither may be empty.
pub(crate) fn is_tag(key: &str, value: &str) -> bool {
    let in_key = |byte: u8| byte.is_ascii_graphic() && byte != b',' && byte != b'=';
    let in_value = |byte: u8| matches!(byte, b' '..=b'~') && byte != b',';
    !key.is_empty() && key.bytes().all(in_key) && !value.is_empty() && value.bytes().all(in_value)
}
