//! Kafka, managed (MSK) and self-managed: record headers.

use std::borrow::Cow;

use super::batch::{MAX_SEARCHED, Place, Producers};
use super::headers::{Headers, place_for};
use super::usable;
use crate::context::carrier::MAX_VALUE;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::trigger::KafkaRecord;
use crate::json::{Level, Reader};

/// A batch that has been read up to its first record with a trace context.
pub(super) struct Batch<'a> {
    /// The trace context of that record. Headers of different records never complete each other.
    pub(super) first: TraceContext,
    /// What comes after it.
    json: Reader<'a>,
    cursor: Cursor,
}

impl<'a> Batch<'a> {
    /// Reads the `records` that come next; `None` if no record has a trace context that can be a parent.
    ///
    /// They have a list for each partition, or an object with numbers for keys, as the Java runtime writes it.
    /// They are read in one pass, up to the first record with a trace context, if it is among the first
    /// [`MAX_SEARCHED`]. Notes in `seen` where the members of the very first record stand.
    pub(super) fn enter(
        json: &mut Reader<'a>,
        propagator: &DatadogPropagator,
        seen: &mut KafkaRecord<'a>,
    ) -> Option<Self> {
        let mut cursor = Cursor::enter(json)?;
        let mut seen = Some(seen);
        for _ in 0..MAX_SEARCHED {
            if !cursor.next(json) {
                break;
            }
            if let Some(first) = of_record(json, propagator, seen.take()) {
                return Some(Self {
                    first,
                    json: json.clone(),
                    cursor,
                });
            }
        }
        None
    }

    /// The producers of that record and of those after it.
    pub(super) fn producers(&self, propagator: &DatadogPropagator) -> Producers {
        // Records of Kafka have no spans of their own, so that nobody asks where they are.
        const PLACE: Place = 0;
        let propagator = &propagator.for_links();
        let (mut json, mut cursor) = (self.json.clone(), self.cursor);
        let records = std::iter::from_fn(|| {
            let is_there = cursor.next(&mut json);
            is_there.then(|| (PLACE, of_record(&mut json, propagator, None)))
        });
        Producers::of(Some((PLACE, &self.first)), records)
    }
}

/// Where the reader is: at the records of one partition, in an object of partitions.
#[derive(Clone, Copy)]
struct Cursor {
    partitions: Level,
    records: Option<Records>,
}

#[derive(Clone, Copy)]
enum Records {
    List(Level),
    ByPlace(Level),
}

impl Cursor {
    fn enter(json: &mut Reader<'_>) -> Option<Self> {
        let partitions = json.object()?;
        Some(Self {
            partitions,
            records: None,
        })
    }

    /// Goes on to the next record, of any partition; `false` after the last.
    fn next(&mut self, json: &mut Reader<'_>) -> bool {
        loop {
            let is_there = match self.records {
                Some(Records::List(list)) => json.element(list),
                Some(Records::ByPlace(object)) => json.member(object).is_some(),
                None => false,
            };
            if is_there {
                return true;
            }
            if json.member(self.partitions).is_none() {
                return false;
            }
            let list = json.array().map(Records::List);
            self.records = list.or_else(|| json.object().map(Records::ByPlace));
        }
    }
}

/// Hands each record, which comes next, to `take`.
#[cfg(feature = "dsm")]
pub(super) fn each_record<'a>(json: &mut Reader<'a>, mut take: impl FnMut(&mut Reader<'a>)) {
    let Some(mut cursor) = Cursor::enter(json) else {
        return;
    };
    while cursor.next(json) {
        take(json);
    }
}

/// The value of the header `wanted` among those that come next; of several the last.
#[cfg(feature = "dsm")]
pub(super) fn header(json: &mut Reader<'_>, wanted: &str) -> Option<String> {
    let mut found = None;
    each_header(json, |name, json| {
        if name == wanted.as_bytes() {
            found = value(json).or(found.take());
        }
    });
    found
}

/// The trace context of the record that comes next, if it has one that can be a parent.
fn of_record<'a>(
    record: &mut Reader<'a>,
    propagator: &DatadogPropagator,
    mut seen: Option<&mut KafkaRecord<'a>>,
) -> Option<TraceContext> {
    let object = record.object()?;
    let mut headers = Headers::default();
    while let Some(name) = record.member(object) {
        if let Some(seen) = &mut seen {
            seen.note(&name, record);
        }
        if *name == *b"headers" {
            headers = of_list(record, propagator);
        }
    }
    usable(propagator, &headers)
}

/// The headers of a record that the propagator reads. If a name is repeated, the last one counts.
fn of_list<'a>(json: &mut Reader<'a>, propagator: &DatadogPropagator) -> Headers<'a> {
    let mut headers = Headers::default();
    each_header(json, |name, json| {
        if let Some(place) = place_for(name, propagator)
            && let Some(value) = value(json)
        {
            headers.put(place, Cow::Owned(value));
        }
    });
    headers
}

/// Hands the name of each header to `take`, with its value to be read: those of a list of objects with one header
/// each, or of such a list by place.
fn each_header<'a>(json: &mut Reader<'a>, mut take: impl FnMut(&[u8], &mut Reader<'a>)) {
    if let Some(list) = json.array() {
        while json.element(list) {
            members(json, &mut take);
        }
    } else if let Some(object) = json.object() {
        while json.member(object).is_some() {
            members(json, &mut take);
        }
    }
}

fn members<'a>(json: &mut Reader<'a>, take: &mut impl FnMut(&[u8], &mut Reader<'a>)) {
    let Some(object) = json.object() else { return };
    while let Some(name) = json.member(object) {
        take(&name, json);
    }
}

/// The bytes of a header: a list of numbers, a list of decimal strings, or an object of such strings by
/// position.
fn value(json: &mut Reader<'_>) -> Option<String> {
    // As AWS writes it.
    if let Some(bytes) = json.byte_list(MAX_VALUE) {
        return (bytes.len() <= MAX_VALUE).then(|| String::from_utf8(bytes).ok())?;
    }
    let mut bytes = Vec::new();
    if let Some(list) = json.array() {
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
        None => json.raw()?.parse::<i16>().ok()?,
    };
    u8::try_from(number)
        .ok()
        .or_else(|| i8::try_from(number).ok().map(i8::cast_unsigned))
}
