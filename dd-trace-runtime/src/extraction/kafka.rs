//! Kafka, managed (MSK) and self-managed: record headers.

use crate::carrier::Carrier;
use crate::json::Reader;

/// The headers that say that a record has a trace context.
const TRACE_HEADERS: [&str; 2] = ["x-datadog-trace-id", "traceparent"];

/// The headers of the first record that has a trace context (`extraction.md` 2.11).
///
/// `records`, which comes next, has a list for each partition, or an object with numbers for keys, as
/// the Java runtime writes it.
pub(super) fn carrier(mut records: Reader<'_>) -> Option<Carrier> {
    let partitions = records.object()?;
    while records.member(partitions).is_some() {
        if let Some(carrier) = first(records.clone()) {
            return Some(carrier);
        }
    }
    None
}

fn first(mut partition: Reader<'_>) -> Option<Carrier> {
    each(&mut partition, |record| {
        let [headers] = record.members([b"headers"]);
        let carrier = headers_of(headers?);
        TRACE_HEADERS
            .iter()
            .any(|name| carrier.get(name).is_some())
            .then_some(carrier)
    })
}

/// What `look` finds first among the values of the list or object that comes next.
fn each<'a, T>(json: &mut Reader<'a>, mut look: impl FnMut(Reader<'a>) -> Option<T>) -> Option<T> {
    if let Some(list) = json.array() {
        while json.element(list) {
            if let Some(found) = look(json.clone()) {
                return Some(found);
            }
        }
        return None;
    }
    let object = json.object()?;
    while json.member(object).is_some() {
        if let Some(found) = look(json.clone()) {
            return Some(found);
        }
    }
    None
}

/// A list of objects with one header each; of several with one name the last counts.
fn headers_of(mut headers: Reader<'_>) -> Carrier {
    let mut carrier = Carrier::new();
    let _: Option<()> = each(&mut headers, |mut header| {
        let object = header.object()?;
        while let Some(name) = header.member(object) {
            if let (Ok(name), Some(value)) = (std::str::from_utf8(&name), value(header.clone())) {
                carrier.insert(name, value);
            }
        }
        None
    });
    carrier
}

/// The longest header that is read: no propagation header comes near it.
const MAX_VALUE: usize = 16 * 1024;

/// The bytes of a header: a list of numbers, a list of decimal strings, or an object of such strings by
/// their position.
fn value(mut json: Reader<'_>) -> Option<String> {
    let mut bytes = Vec::new();
    let too_long = if let Some(list) = json.array() {
        while bytes.len() < MAX_VALUE && json.element(list) {
            bytes.push(byte(&mut json)?);
        }
        json.element(list)
    } else {
        let mut placed = Vec::new();
        let object = json.object()?;
        while placed.len() < MAX_VALUE
            && let Some(place) = json.member(object)
        {
            let place: usize = std::str::from_utf8(&place).ok()?.parse().ok()?;
            placed.push((place, byte(&mut json)?));
        }
        placed.sort_unstable_by_key(|(place, _)| *place);
        bytes.extend(placed.into_iter().map(|(_, byte)| byte));
        json.member(object).is_some()
    };
    if too_long {
        return None;
    }
    String::from_utf8(bytes).ok()
}

/// Java's bytes are signed.
fn byte(json: &mut Reader<'_>) -> Option<u8> {
    let number = match json.string() {
        Some(text) => text.parse().ok()?,
        None => json.raw()?.parse::<i16>().ok()?,
    };
    u8::try_from(number)
        .ok()
        .or_else(|| i8::try_from(number).ok().map(i8::cast_unsigned))
}
