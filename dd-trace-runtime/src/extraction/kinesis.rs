//! Kinesis: `_datadog` in the data, if the data is a JSON object.

use std::borrow::Cow;

use memchr::memchr;
use memchr::memmem::Finder;

use super::headers::Headers;
use super::{text, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::trigger;
use crate::json::Reader;
use crate::json::word::Word;

/// The data of a record: a JSON string in Base64, as it stands in the event.
#[derive(Debug, Default)]
pub(super) struct Data<'a>(Option<&'a [u8]>);

/// What the Base64 of any text with `_datadog` in it has: the word's inner digits, wherever its first byte falls in a
/// group of three.
static IN_BASE64: [Word; 3] = [
    Word::new(|| Finder::new("X2RhdGFkb2")),
    Word::new(|| Finder::new("9kYXRhZG9n")),
    Word::new(|| Finder::new("fZGF0YWRvZ")),
];

static NAME: Word = Word::new(|| Finder::new("\"_datadog\""));

impl<'a> Data<'a> {
    /// The data in `kinesis`, a member of a record, which comes next.
    ///
    /// Notes for detection where the other members stand.
    pub(super) fn read(
        json: &mut Reader<'a>,
        mut seen: Option<&mut trigger::KinesisData<'a>>,
    ) -> Self {
        let mut data = Self::default();
        let Some(kinesis) = json.object() else {
            return data;
        };
        while let Some(name) = json.member(kinesis) {
            if let Some(seen) = &mut seen {
                seen.note(&name, json);
            }
            if *name == *b"data" {
                data = Self(json.raw_string());
            }
        }
        data
    }

    /// The trace context in the data.
    pub(super) fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let base64 = plain(self.0?)?;
        // A search is cheaper than to decode the data of producers that aren't traced.
        let mut places = IN_BASE64.iter().filter_map(|digits| digits.find(&base64));
        // Four digits are three bytes; a comma before the name stands no more than six bytes before.
        let start = (places.next()? / 4).saturating_sub(2) * 4;
        let end = text::decode_bytes(base64.get(start..)?);
        if let Some(headers) = end
            .as_deref()
            .and_then(|end| in_last_member(end, propagator))
        {
            return usable(propagator, &headers);
        }
        let data = text::decode_bytes(&base64)?;
        let [carrier] = Reader::new(&data).members([b"_datadog"]);
        usable(propagator, &Headers::read(carrier?))
    }
}

/// The text of a JSON string of Base64, in which a writer may have escaped each slash.
fn plain(string: &[u8]) -> Option<Cow<'_, [u8]>> {
    if memchr(b'\\', string).is_none() {
        let inside = string.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        return Some(Cow::Borrowed(inside));
    }
    let text = text::unquoted(string)?.into_owned();
    Some(Cow::Owned(text.into_bytes()))
}

/// The headers in `_datadog` if that is the last member of the data, where those who add it write it. Of the data
/// only the `end` is known.
///
/// After a comma a quote begins a string of JSON, whatever came before. If nothing follows the value but a single brace,
/// the member is one of the outermost object.
fn in_last_member<'a>(end: &'a [u8], propagator: &DatadogPropagator) -> Option<Headers<'a>> {
    let (before, name) = end.split_at_checked(NAME.find(end)?)?;
    if !before.trim_ascii_end().ends_with(b",") {
        return None;
    }
    let value = name.strip_prefix(NAME.needle())?.trim_ascii_start();
    let mut json = Reader::new(value.strip_prefix(b":")?);
    let headers = Headers::read_for(&mut json, propagator);
    json.ends_its_object().then_some(headers)
}
