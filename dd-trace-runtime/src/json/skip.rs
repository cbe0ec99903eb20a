//! Finding the end of what is stepped over, several bytes at a time where it is long.

/// The first quote or bracket of `text` and what follows it.
pub(super) fn next_structural(text: &[u8]) -> (Option<u8>, &[u8]) {
    let is_structural = |byte: &u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']');
    let Some(at) = text.iter().position(is_structural) else {
        return (None, &[]);
    };
    let rest = text.get(at..).unwrap_or_default();
    rest.split_first()
        .map_or((None, rest), |(structural, rest)| (Some(*structural), rest))
}

/// What follows a number or a literal.
pub(super) fn end_of_scalar(text: &[u8]) -> &[u8] {
    let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b' ' | b'\n' | b'\t' | b'\r');
    let length = text.iter().position(is_end).unwrap_or(text.len());
    text.get(length..).unwrap_or_default()
}

/// What follows a string whose first quote has been read; `None` where it doesn't end.
pub(super) fn end_of_string(mut text: &[u8]) -> Option<&[u8]> {
    loop {
        // Nothing to see in eight bytes is the rule, as most bytes of an event stand in long strings.
        while let Some((word, rest)) = text.split_first_chunk::<8>() {
            let marks = marks(u64::from_le_bytes(*word));
            if marks != 0 {
                let clear = usize::try_from(marks.trailing_zeros() / 8).unwrap_or_default();
                text = text.get(clear..)?;
                break;
            }
            text = rest;
        }
        match text {
            [b'"', rest @ ..] => return Some(rest),
            [b'\\', _, rest @ ..] | [_, rest @ ..] => text = rest,
            [] => return None,
        }
    }
}

/// A word whose lowest set bit is in the first byte of `word` that is a quote or a backslash; zero
/// where there is none. The bytes after that one may be marked wrongly.
fn marks(word: u64) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let zeros = |word: u64| word.wrapping_sub(LOW) & !word & HIGH;
    zeros(word ^ u64::from_ne_bytes([b'"'; 8])) | zeros(word ^ u64::from_ne_bytes([b'\\'; 8]))
}
