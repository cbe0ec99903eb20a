//! What a header can hold: the one rule for all that is passed on, the origin, tags, baggage and `tracestate`.

/// Whether a header can hold the text as it is: printable ASCII alone, so that no text can begin another header.
pub(crate) fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

/// As [`is_printable`], for a name: without blanks, and not empty.
pub(crate) fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Whether `x-datadog-tags` can hold the tag, where a comma ends a value and the first `=` a key. Neither may be
/// empty.
pub(crate) fn is_tag(key: &str, value: &str) -> bool {
    is_name(key)
        && !key.contains([',', '='])
        && !value.is_empty()
        && is_printable(value)
        && !value.contains(',')
}
