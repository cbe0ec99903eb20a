//! Decimal numbers as Datadog's headers have them, in a fraction of what the standard library takes.

/// Reads digits alone.
pub(super) fn parse(digits: &str) -> Option<u64> {
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

/// Appends the digits of a number.
pub(super) fn push(out: &mut String, mut number: u64) {
    /// As many as the largest number has.
    const DIGITS: usize = 20;
    let mut digits = [0; DIGITS];
    let mut start = DIGITS;
    for places in digits.rchunks_exact_mut(2) {
        let pair = u8::try_from(number % 100).unwrap_or_default();
        places.copy_from_slice(&[b'0' + pair / 10, b'0' + pair % 10]);
        number /= 100;
        start -= 2;
        if number == 0 {
            start += usize::from(pair < 10);
            break;
        }
    }
    let digits = digits.get(start..).unwrap_or_default();
    // Digits are text.
    out.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

/// Appends a sampling priority, which may be negative.
pub(super) fn push_priority(out: &mut String, priority: i8) {
    if priority < 0 {
        out.push('-');
    }
    push(out, priority.unsigned_abs().into());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_and_read_as_the_standard_library_does() {
        for number in [0, 7, 10, 99, 1_000, 1 << 63, u64::MAX - 1, u64::MAX] {
            let mut text = String::new();
            push(&mut text, number);
            assert_eq!(text, number.to_string());
            assert_eq!(parse(&text), Some(number));
        }
        for priority in [i8::MIN, -1, 0, 2, i8::MAX] {
            let mut text = String::new();
            push_priority(&mut text, priority);
            assert_eq!(text, priority.to_string());
        }
    }

    #[test]
    fn what_is_no_number_of_64_bits_isn_t_read() {
        for text in [
            "",
            "+1",
            "-1",
            " 1",
            "1a",
            "18446744073709551616",
            "184467440737095516150",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
