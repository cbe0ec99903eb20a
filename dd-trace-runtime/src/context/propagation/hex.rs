//! Ids as lower-case hexadecimal digits of a fixed width, the only form the headers allow.

/// Appends 16 digits.
pub(crate) fn push(out: &mut String, id: u64) {
    let digit = |half: u8| half + if half < 10 { b'0' } else { b'a' - 10 };
    let mut digits = [0; 16];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(id.to_be_bytes()) {
        pair.copy_from_slice(&[digit(byte >> 4), digit(byte & 0xf)]);
    }
    // Hexadecimal digits are text.
    out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

/// Reads exactly 16 digits.
pub(super) fn parse_u64(text: &str) -> Option<u64> {
    parse(text, 16)
}

/// Reads exactly 32 digits.
pub(super) fn parse_u128(text: &str) -> Option<u128> {
    let (high, low) = text.split_at_checked(16)?;
    Some((u128::from(parse_u64(high)?) << 64) | u128::from(parse_u64(low)?))
}

/// Reads exactly two digits.
pub(super) fn parse_u8(text: &str) -> Option<u8> {
    u8::try_from(parse(text, 2)?).ok()
}

/// A bit that no digit's value has.
const NO_DIGIT: u8 = 0x80;

/// The value of each byte as a digit.
#[allow(clippy::indexing_slicing, reason = "a byte has its place in the table")]
const DIGITS: [u8; 256] = {
    let mut table = [NO_DIGIT; 256];
    let mut digits: &[u8] = b"0123456789abcdef";
    let mut value = 0;
    while let [digit, rest @ ..] = digits {
        table[*digit as usize] = value;
        value += 1;
        digits = rest;
    }
    table
};

// Out of line: otherwise it would be unrolled for each width at each call.
#[inline(never)]
fn parse(text: &str, width: usize) -> Option<u64> {
    if text.len() != width {
        return None;
    }
    let mut number = 0;
    let mut all = 0;
    for byte in text.bytes() {
        let digit = DIGITS.get(usize::from(byte)).copied().unwrap_or(NO_DIGIT);
        all |= digit;
        number = (number << 4) | u64::from(digit);
    }
    (all & NO_DIGIT == 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_padded_and_lower_case() {
        let mut text = String::new();
        push(&mut text, 0xAB_CDEF);
        assert_eq!(text, "0000000000abcdef");
        assert_eq!(parse_u64(&text), Some(0xab_cdef));
    }

    #[test]
    fn upper_case_and_other_widths_are_refused() {
        assert_eq!(parse_u64("0000000000ABCDEF"), None);
        assert_eq!(parse_u64("abcdef"), None);
        assert_eq!(parse_u64("+000000000abcdef"), None);
        assert_eq!(parse_u8("0g"), None);
        assert_eq!(parse_u128(&"f".repeat(31)), None);
        assert_eq!(parse_u128(&"f".repeat(32)), Some(u128::MAX));
    }

    #[test]
    fn text_that_splits_inside_a_character_is_refused() {
        assert_eq!(parse_u128("000000000000000é000000000000000"), None);
    }
}
