//! Kafka, managed (MSK) and self-managed: record headers.

use std::borrow::Cow;

use opentelemetry::propagation::Extractor as _;

use super::headers::Headers;
use crate::context::carrier::known_name;
use crate::json::Reader;

/// The headers that say that a record has a trace context.
const TRACE_HEADERS: [&str; 2] = ["x-datadog-trace-id", "traceparent"];

/// The headers of the first record that has a trace context.
///
/// `records`, which comes next, has a list for each partition, or an object with numbers for keys, as
/// the Java runtime writes it. It is read in one pass, up to that record.
pub(super) fn headers<'a>(records: &mut Reader<'a>) -> Option<Headers<'a>> {
    let partitions = records.object()?;
    while records.member(partitions).is_some() {
        if let Some(headers) = each(records, of_record) {
            return Some(headers);
        }
    }
    None
}

fn of_record<'a>(record: &mut Reader<'a>) -> Option<Headers<'a>> {
    let object = record.object()?;
    let mut headers = Headers::default();
    while let Some(name) = record.member(object) {
        if *name == *b"headers" {
            headers = of_list(record);
        }
    }
    TRACE_HEADERS
        .iter()
        .any(|name| headers.get(name).is_some())
        .then_some(headers)
}

/// What `look` finds first among the values of the list or object that comes next.
fn each<'a, T>(
    json: &mut Reader<'a>,
    mut look: impl FnMut(&mut Reader<'a>) -> Option<T>,
) -> Option<T> {
    if let Some(list) = json.array() {
        while json.element(list) {
            if let Some(found) = look(json) {
                return Some(found);
            }
        }
        return None;
    }
    let object = json.object()?;
    while json.member(object).is_some() {
        if let Some(found) = look(json) {
            return Some(found);
        }
    }
    None
}

/// A list of objects with one header each; of several with one name the last counts.
fn of_list<'a>(list: &mut Reader<'a>) -> Headers<'a> {
    let mut headers = Headers::default();
    let _: Option<()> = each(list, |header| {
        let object = header.object()?;
        while let Some(name) = header.member(object) {
            if let Some(name) = known_name(&name)
                && let Some(value) = value(header)
            {
                headers.put(name, Cow::Owned(value));
            }
        }
        None
    });
    headers
}

/// The longest header that is read: no propagation header comes near it.
const MAX_VALUE: usize = 16 * 1024;

/// The bytes of a header: a list of numbers, a list of decimal strings, or an object of such strings by
/// their position.
fn value(json: &mut Reader<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    if let Some(list) = json.array() {
        // What the longest style's header takes.
        bytes.reserve(64);
        while json.element(list) {
            if bytes.len() >= MAX_VALUE {
                return None;
            }
            bytes.push(byte(json)?);
        }
    } else {
        let object = json.object()?;
        while let Some(place) = json.member(object) {
            let place: usize = std::str::from_utf8(&place).ok()?.parse().ok()?;
            if place >= MAX_VALUE {
                return None;
            }
            bytes.resize(bytes.len().max(place + 1), 0);
            *bytes.get_mut(place)? = byte(json)?;
        }
    }
    String::from_utf8(bytes).ok()
}

/// Java's bytes are signed.
fn byte(json: &mut Reader<'_>) -> Option<u8> {
    let number = match json.string() {
        Some(text) => text.parse().ok()?,
        None => number(json.raw_bytes()?)?,
    };
    u8::try_from(number)
        .ok()
        .or_else(|| i8::try_from(number).ok().map(i8::cast_unsigned))
}

/// Nearly all are two or three digits, and there are hundreds of them.
fn number(text: &[u8]) -> Option<i16> {
    let digits = text.iter().try_fold(0_i16, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| i16::from(byte - b'0'))?;
        number.checked_mul(10)?.checked_add(digit)
    });
    digits.or_else(|| std::str::from_utf8(text).ok()?.parse().ok())
}
