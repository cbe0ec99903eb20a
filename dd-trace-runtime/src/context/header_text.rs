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
    is_name(key)
        && !key.contains([',', '='])
        && !value.is_empty()
        && is_printable(value)
        && !value.contains(',')
}
