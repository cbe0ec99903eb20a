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

/// What follows a string whose first quote has been read, and whether it has escapes; `None` where it
/// doesn't end.
pub(super) fn end_of_string(mut text: &[u8]) -> Option<(&[u8], bool)> {
    let mut escapes = false;
    while let Some((word, rest)) = text.split_first_chunk() {
        let word = Word::of(*word);
        escapes |= word.has_escapes;
        match word.end {
            End::At(quote) => return Some((text.get(quote + 1..)?, escapes)),
            End::Later => text = rest,
            End::AfterEscaped => text = rest.get(1..)?,
        }
    }
    loop {
        match text {
            [b'"', rest @ ..] => return Some((rest, escapes)),
            [b'\\', _, rest @ ..] => {
                escapes = true;
                text = rest;
            }
            [_, rest @ ..] => text = rest,
            [] => return None,
        }
    }
}

/// Eight bytes of a string, seen at once: most of an event stands in strings.
struct Word {
    end: End,
    has_escapes: bool,
}

enum End {
    /// The string ends with the quote in this place.
    At(usize),
    Later,
    /// As `Later`, and the byte that follows is escaped.
    AfterEscaped,
}

impl Word {
    fn of(bytes: [u8; 8]) -> Self {
        const QUOTE: u64 = b'"' as u64;
        const BACKSLASH: u64 = b'\\' as u64;
        let word = u64::from_le_bytes(bytes);
        let mut marks = bytes_equal(word, b'"') | bytes_equal(word, b'\\');
        let mut has_escapes = false;
        let end = loop {
            if marks == 0 {
                break End::Later;
            }
            let shift = marks.trailing_zeros() & !7;
            match (word >> shift) & 0xff {
                QUOTE => break End::At(usize::try_from(shift / 8).unwrap_or_default()),
                BACKSLASH => {
                    has_escapes = true;
                    if shift == 56 {
                        break End::AfterEscaped;
                    }
                    marks &= !(0xffff << shift);
                }
                _ => marks &= !(0xff << shift),
            }
        };
        Self { end, has_escapes }
    }
}

/// Marks the bytes of `word` that are `byte` with a bit each; a byte after one of them may be marked
/// that isn't.
fn bytes_equal(word: u64, byte: u8) -> u64 {
    const LOW: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGH: u64 = u64::from_ne_bytes([0x80; 8]);
    let zero_where_equal = word ^ u64::from_ne_bytes([byte; 8]);
    zero_where_equal.wrapping_sub(LOW) & !zero_where_equal & HIGH
}
