//! A list of numbers that are the bytes of a text.

/// What most lists have space in.
const USUAL: usize = 64;

/// The bytes of the list that `text` begins with, and what follows it: `None` for a list of more than `limit`, of which
/// one byte more is read. `None` for a list with anything but bytes or with white space.
pub(super) fn read(text: &[u8], limit: usize) -> Option<(Vec<u8>, Option<&[u8]>)> {
    let mut rest = text.strip_prefix(b"[")?;
    let mut bytes = Vec::with_capacity(USUAL);
    loop {
        while let Some((three, after)) = three_of_two_digits(rest)
            && bytes.len() + three.len() <= limit
        {
            bytes.extend_from_slice(&three);
            rest = after;
        }
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

/// Three numbers, each with a comma after it, and what follows them: digits, capitals and most punctuation have two
/// digits, which are read together.
#[inline]
fn three_of_two_digits(text: &[u8]) -> Option<([u8; 3], &[u8])> {
    let (head, rest) = text.split_first_chunk::<9>()?;
    let [eight @ .., b','] = head else {
        return None;
    };
    // Each byte is a value up to 9, and 0 in the place of a comma.
    let values = u64::from_le_bytes(*eight) ^ u64::from_le_bytes(*b"00,00,00");
    // More than that has the highest bit, or gets it.
    let room = u64::from_le_bytes([0x76, 0x76, 0x7f, 0x76, 0x76, 0x7f, 0x76, 0x76]);
    if (values | values.wrapping_add(room)) & u64::from_le_bytes([0x80; 8]) != 0 {
        return None;
    }
    // Ten times a byte, and the byte after it.
    let [first, _, _, second, _, _, third, _] = (values * 10 + (values >> 8)).to_le_bytes();
    Some(([first, second, third], rest))
}

/// A byte, what ends it, and what follows that. Java's bytes are signed.
fn byte(text: &[u8]) -> Option<(u8, u8, &[u8])> {
    unsigned(text).or_else(|| {
        let (byte, end, rest) = unsigned(text.strip_prefix(b"-")?)?;
        (byte <= 1 << 7).then_some((byte.wrapping_neg(), end, rest))
    })
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
