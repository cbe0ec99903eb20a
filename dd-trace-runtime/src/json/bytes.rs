//! A list of numbers that are the bytes of a text.

/// What most lists have space in.
const USUAL: usize = 64;

/// The bytes of the list that `text` begins with, and what follows it: `None` for a list of more than `limit`, of which
/// one byte more is read. `None` for a list with anything but bytes or with white space.
pub(super) fn read(text: &[u8], limit: usize) -> Option<(Vec<u8>, Option<&[u8]>)> {
    let mut rest = text.strip_prefix(b"[")?;
    let mut bytes = Vec::with_capacity(USUAL);
    loop {
        let (byte, end, after) = byte(rest)?;
        bytes.push(byte);
        if bytes.len() > limit {
            return Some((bytes, None));
        }
        rest = after;
        if end == b']' {
            return Some((bytes, Some(rest)));
        }
    }
}

/// A byte, what ends it, and what follows that. Java's bytes are signed.
fn byte(text: &[u8]) -> Option<(u8, u8, &[u8])> {
    if let Some(negative) = text.strip_prefix(b"-") {
        let (byte, end, rest) = unsigned(negative)?;
        return (byte <= 1 << 7).then_some((byte.wrapping_neg(), end, rest));
    }
    unsigned(text)
}

fn unsigned(text: &[u8]) -> Option<(u8, u8, &[u8])> {
    let digit = |digit: u8| digit - b'0';
    match text {
        [
            b @ b'0'..=b'9',
            c @ b'0'..=b'9',
            end @ (b',' | b']'),
            rest @ ..,
        ] => Some((digit(*b) * 10 + digit(*c), *end, rest)),
        [
            a @ b'0'..=b'9',
            b @ b'0'..=b'9',
            c @ b'0'..=b'9',
            end @ (b',' | b']'),
            rest @ ..,
        ] => {
            let upper = digit(*a).checked_mul(100)?;
            let byte = upper.checked_add(digit(*b) * 10 + digit(*c))?;
            Some((byte, *end, rest))
        }
        [c @ b'0'..=b'9', end @ (b',' | b']'), rest @ ..] => Some((digit(*c), *end, rest)),
        _ => None,
    }
}
