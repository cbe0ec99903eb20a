//! What a header can hold: the one rule for the origin, tags, baggage and `tracestate`.

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
