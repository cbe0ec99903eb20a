//! The member `_datadog` of a JSON object.

use std::ops::Range;

use memchr::{memchr2_iter, memmem};

use super::DATADOG;
use super::json::Object;
use super::text::{End, Text};
use crate::context::carrier::Carrier;

/// The name, as it is written before the value.
const NAME: &str = "\"_datadog\":";

/// The member that carries the headers.
#[derive(Debug)]
pub(super) struct DatadogMember(String);

/// Where the member goes in the text, before any change.
#[derive(Debug)]
pub(super) enum Place {
    /// It becomes the last one.
    Last(End),
    /// It replaces these values of a member that exists, once or several times.
    Instead(Vec<Range<usize>>),
}

impl DatadogMember {
    pub(super) fn of(carrier: &Carrier) -> Self {
        Self([NAME, &carrier.to_json_string()].concat())
    }

    /// With one more header.
    #[cfg(feature = "aws-eventbridge")]
    pub(super) fn with(&self, name: &str, value: &str) -> Option<Self> {
        let value = serde_json::to_string(value).ok()?;
        let others = self.0.strip_suffix('}')?;
        Some(Self([others, ",\"", name, "\":", &value, "}"].concat()))
    }

    pub(super) fn value(&self) -> &str {
        self.0.strip_prefix(NAME).unwrap_or_default()
    }

    /// The length that a text of `length` bytes has with it.
    pub(super) fn added_to(&self, length: usize, place: &Place) -> usize {
        match place {
            Place::Last(end) => length + end.added(&self.0),
            Place::Instead(values) => values.iter().fold(length, |length, value| {
                (length + self.value().len()).saturating_sub(value.len())
            }),
        }
    }

    pub(super) fn put(&self, place: &Place, text: &mut impl Text) {
        match place {
            Place::Last(end) => text.insert_last(*end, &self.0),
            Place::Instead(values) => {
                for value in values.iter().rev() {
                    text.replace(value.clone(), self.value());
                }
            }
        }
    }
}

impl Place {
    /// For a text that the service only accepts as JSON; `None` if it doesn't look like an object.
    ///
    /// The text isn't parsed, because parsing would cost more than everything else. Text that isn't JSON doesn't
    /// become JSON by a member before its last brace, so the service refuses it as before. A search finds out
    /// whether the text may have the member already.
    #[cfg(any(feature = "aws-eventbridge", feature = "aws-sfn"))]
    pub(super) fn in_json(text: &str) -> Option<Self> {
        let end = End::of(text.as_bytes())?;
        if may_have_member(text.as_bytes()) {
            return Self::by_parsing(text, end);
        }
        Some(Self::Last(end))
    }

    /// For data in any format: `None` unless all of it is one JSON object.
    ///
    /// `{a}`, and several objects in a row, also begin and end with braces. So the data is parsed, which takes a
    /// microsecond for each kilobyte: most of the cost of an injection, and fifty times the cost of a search. A
    /// grammar check written for this purpose took three quarters of that time.
    #[cfg(any(feature = "aws-iot", feature = "aws-kinesis"))]
    pub(super) fn in_data(data: &[u8]) -> Option<Self> {
        let end = End::of(data)?;
        let text = std::str::from_utf8(data).ok()?;
        if may_have_member(data) {
            return Self::by_parsing(text, end);
        }
        let is_json = serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok();
        is_json.then_some(Self::Last(end))
    }

    fn by_parsing(text: &str, end: End) -> Option<Self> {
        let object = Object::read(text, |name| name == DATADOG)?;
        let values: Vec<_> = object.values().collect();
        Some(if values.is_empty() {
            Self::Last(end)
        } else {
            Self::Instead(values)
        })
    }
}

/// Whether a name in the text may be `_datadog`, written plainly or with escapes. The escapes of its letters lie
/// between `\u005f` and `\u0074`.
fn may_have_member(text: &[u8]) -> bool {
    /// A search for two bytes takes half the time of a search for two words, unless there are many hits.
    const MANY: usize = 32;
    let mut marks = memchr2_iter(b'_', b'\\', text);
    let mut tails = marks.by_ref().take(MANY).filter_map(|at| text.get(at..));
    if tails.any(|tail| tail.starts_with(DATADOG.as_bytes()) || is_letter(tail)) {
        return true;
    }
    let Some(rest) = marks.next().and_then(|at| text.get(at..)) else {
        return false;
    };
    let mut escapes = memmem::find_iter(rest, ESCAPE).filter_map(|at| rest.get(at..));
    memmem::find(rest, DATADOG.as_bytes()).is_some() || escapes.any(is_letter)
}

/// The start of the escape of an ASCII letter.
const ESCAPE: &[u8] = b"\\u00";

fn is_letter(escape: &[u8]) -> bool {
    let digits = escape.strip_prefix(ESCAPE);
    matches!(digits, Some([b'5'..=b'7', ..]))
}

#[cfg(test)]
mod tests;
