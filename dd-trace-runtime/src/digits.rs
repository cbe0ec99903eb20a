//! Numbers as digits, in a fraction of what the standard library takes: every id is written several times.

/// The upper and the lower 64 bits.
pub(crate) fn halves(id: u128) -> (u64, u64) {
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
    (half(id >> 64), half(id))
}

/// Appends a number in decimal digits.
pub(crate) fn push_decimal(out: &mut String, number: u64) {
    out.push_str(itoa::Buffer::new().format(number));
}

/// Reads decimal digits alone.
pub(crate) fn parse_decimal(digits: &str) -> Option<u64> {
    // So many digits can't be too much.
    let (sure, rest) = digits.split_at_checked(19).unwrap_or((digits, ""));
    let value = |digit: u8| digit.wrapping_sub(b'0');
    let mut number: u64 = 0;
    for digit in sure.bytes().map(value) {
        if digit > 9 {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    for digit in rest.bytes().map(value) {
        let digit = u64::from((digit <= 9).then_some(digit)?);
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(number)
}

/// Appends an id in 16 lower-case hexadecimal digits.
pub(crate) fn push_hex(out: &mut String, id: u64) {
    let (high, low) = (id >> 32, id & u64::from(u32::MAX));
    let mut digits = [0; 16];
    for (digits, half) in digits.chunks_exact_mut(8).zip([high, low]) {
        digits.copy_from_slice(&eight_digits(half).to_be_bytes());
    }
    // Hexadecimal digits are text.
    out.push_str(std::str::from_utf8(&digits).unwrap_or_default());
}

/// The hexadecimal digits of 32 bits, all at a time.
fn eight_digits(bits: u64) -> u64 {
    /// A byte in each of the eight.
    const fn each(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    // Four bits to a byte.
    let bits = (bits | bits << 16) & 0x0000_ffff_0000_ffff;
    let bits = (bits | bits << 8) & 0x00ff_00ff_00ff_00ff;
    let values = (bits | bits << 4) & each(0x0f);
    // 10 and more have the fifth bit if 6 is added.
    let is_letter = ((values + each(6)) >> 4) & each(1);
    values + each(b'0') + is_letter * u64::from(b'a' - b'0' - 10)
}

/// Reads exactly 16 lower-case hexadecimal digits.
pub(crate) fn parse_hex_u64(text: &str) -> Option<u64> {
    parse_hex(text, 16)
}

/// Reads exactly 32 lower-case hexadecimal digits.
pub(crate) fn parse_hex_u128(text: &str) -> Option<u128> {
    let (high, low) = text.split_at_checked(16)?;
    Some((u128::from(parse_hex_u64(high)?) << 64) | u128::from(parse_hex_u64(low)?))
}

/// Reads exactly two lower-case hexadecimal digits.
pub(crate) fn parse_hex_u8(text: &str) -> Option<u8> {
    u8::try_from(parse_hex(text, 2)?).ok()
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
fn parse_hex(text: &str, width: usize) -> Option<u64> {
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
    fn decimal_numbers_are_written_and_read_as_the_standard_library_does() {
        for number in [0, 7, 10, 99, 100, 1_000, 1 << 63, u64::MAX - 1, u64::MAX] {
            let mut text = String::new();
            push_decimal(&mut text, number);
            assert_eq!(text, number.to_string());
            assert_eq!(parse_decimal(&text), Some(number));
        }
        for text in [
            "",
            "+1",
            "-1",
            " 1",
            "1a",
            "18446744073709551616",
            "184467440737095516150",
        ] {
            assert_eq!(parse_decimal(text), None, "{text:?}");
        }
    }

    #[test]
    fn hexadecimal_digits_are_padded_and_lower_case() {
        for id in [
            0,
            0xAB_CDEF,
            0x0123_4567_89ab_cdef,
            0xfedc_ba98_7654_3210,
            u64::MAX,
        ] {
            let mut text = String::new();
            push_hex(&mut text, id);
            assert_eq!(text, format!("{id:016x}"));
            assert_eq!(parse_hex_u64(&text), Some(id));
        }
    }

    #[test]
    fn upper_case_and_other_widths_are_refused() {
        assert_eq!(parse_hex_u64("0000000000ABCDEF"), None);
        assert_eq!(parse_hex_u64("abcdef"), None);
        assert_eq!(parse_hex_u64("+000000000abcdef"), None);
        assert_eq!(parse_hex_u8("0g"), None);
        assert_eq!(parse_hex_u128(&"f".repeat(31)), None);
        assert_eq!(parse_hex_u128(&"f".repeat(32)), Some(u128::MAX));
    }

    #[test]
    fn text_that_splits_inside_a_character_is_refused() {
        assert_eq!(parse_hex_u128("000000000000000é000000000000000"), None);
    }
}
