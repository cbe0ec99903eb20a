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
pub(crate) fn parse_decimal(digits: &[u8]) -> Option<u64> {
    let (eights, rest) = digits.as_chunks();
    let mut number: u64 = 0;
    for eight in eights {
        let eight = eight_decimals(u64::from_be_bytes(*eight))?;
        number = number.checked_mul(100_000_000)?.checked_add(eight)?;
    }
    for digit in rest {
        let digit = digit.wrapping_sub(b'0');
        let digit = u64::from((digit <= 9).then_some(digit)?);
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!digits.is_empty()).then_some(number)
}

/// A byte in each of the eight.
const fn each(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// The number of eight decimal digits, all at a time; the first digit is in the highest byte.
fn eight_decimals(digits: u64) -> Option<u64> {
    let values = digits ^ each(b'0');
    // 10 and more have the highest bit if this is added.
    let is_other = (values | values.wrapping_add(each(0x80 - 10))) & each(0x80);
    if is_other != 0 {
        return None;
    }
    // Neighbours become one number, of two, four and eight digits.
    let pairs = (values >> 8 & 0x000f_000f_000f_000f) * 10 + (values & 0x000f_000f_000f_000f);
    let fours = (pairs >> 16 & 0x0000_00ff_0000_00ff) * 100 + (pairs & 0x0000_00ff_0000_00ff);
    Some((fours >> 32) * 10_000 + (fours & 0xffff))
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
    match text.as_bytes().as_chunks() {
        ([high, low], []) => Some((bits(*high)? << 32) | bits(*low)?),
        _ => None,
    }
}

/// Reads exactly 32 lower-case hexadecimal digits.
pub(crate) fn parse_hex_u128(text: &str) -> Option<u128> {
    let (high, low) = text.split_at_checked(16)?;
    Some((u128::from(parse_hex_u64(high)?) << 64) | u128::from(parse_hex_u64(low)?))
}

/// Reads exactly two lower-case hexadecimal digits.
pub(crate) fn parse_hex_u8(text: &str) -> Option<u8> {
    let [high, low] = text.as_bytes() else {
        return None;
    };
    let zero = b'0';
    let bits = bits([zero, zero, zero, zero, zero, zero, *high, *low])?;
    u8::try_from(bits).ok()
}

/// The 32 bits of eight lower-case hexadecimal digits, all at a time.
fn bits(digits: [u8; 8]) -> Option<u64> {
    let digits = u64::from_be_bytes(digits);
    let is_letter = (digits >> 6) & each(1);
    let values = (digits & each(0x0f)) + is_letter * 9;
    // Neighbours become one number, of 8, 16 and 32 bits.
    let bits = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let bits = (bits | bits >> 8) & 0x0000_ffff_0000_ffff;
    let bits = (bits | bits >> 16) & 0xffff_ffff;
    // Other bytes aren't the digits of the number that they seem to be.
    (eight_digits(bits) == digits).then_some(bits)
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
            assert_eq!(parse_decimal(text.as_bytes()), Some(number));
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
            assert_eq!(parse_decimal(text.as_bytes()), None, "{text:?}");
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
    fn every_byte_but_a_digit_is_refused_wherever_it_stands() {
        for place in 0..32 {
            for byte in 0..=u8::MAX {
                let mut text = [b'1'; 32];
                text[place] = byte;
                let Ok(text) = std::str::from_utf8(&text) else {
                    continue;
                };
                let is_hex = matches!(byte, b'0'..=b'9' | b'a'..=b'f');
                let expected = u128::from_str_radix(text, 16).ok().filter(|_| is_hex);
                assert_eq!(parse_hex_u128(text), expected, "{text}");
                for length in [11, 16, 19, 20]
                    .into_iter()
                    .filter(|length| *length > place)
                {
                    let number = text.get(..length).unwrap();
                    let expected = number.parse().ok().filter(|_| byte.is_ascii_digit());
                    assert_eq!(parse_decimal(number.as_bytes()), expected, "{number}");
                }
                let two = text.get(place..).and_then(|text| text.get(..2));
                let expected = two.and_then(|two| u8::from_str_radix(two, 16).ok());
                let found = two.and_then(parse_hex_u8);
                assert_eq!(found, expected.filter(|_| is_hex), "{two:?}");
            }
        }
    }

    #[test]
    fn leading_zeros_count_for_nothing() {
        assert_eq!(
            parse_decimal(b"000000000018446744073709551615"),
            Some(u64::MAX)
        );
        assert_eq!(parse_decimal(b"000000000018446744073709551616"), None);
        assert_eq!(parse_decimal(&[b'0'; 40]), Some(0));
    }

    #[test]
    fn text_that_splits_inside_a_character_is_refused() {
        assert_eq!(parse_hex_u128("000000000000000é000000000000000"), None);
    }
}
