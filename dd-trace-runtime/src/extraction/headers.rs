//! The headers of one source, between the event and the propagator.

use std::borrow::Cow;

use opentelemetry::propagation::Extractor;

use super::usable;
use crate::context::carrier::{KNOWN, is_combined, known_place, name_at};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::{self, Reader};

/// The propagation headers of a source, borrowed from its text.
#[derive(Debug, Default)]
pub(super) struct Headers<'a> {
    /// Each at the place of its name.
    found: [Option<Cow<'a, str>>; KNOWN],
}

/// The trace context in a text that is a JSON object of headers; none if the text is cut off.
pub(super) fn from_text(text: &str, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let mut headers = Headers::default();
    let mut json = Reader::new(text.as_bytes());
    let object = json.object()?;
    while let Some(name) = json.member(object) {
        headers.take(&name, &mut json);
    }
    let is_whole = json.has_left(object);
    is_whole.then(|| usable(propagator, &headers))?
}

impl<'a> Headers<'a> {
    /// The propagation headers of the object that comes next.
    pub(super) fn read(mut json: Reader<'a>) -> Self {
        let mut headers = Self::default();
        if let Some(object) = json.object() {
            while let Some(name) = json.member(object) {
                headers.take(&name, &mut json);
            }
        }
        headers
    }

    /// As [`read`](Self::read), for a propagator that may not read all of them. Goes on to what follows the object.
    pub(super) fn read_for(json: &mut Reader<'a>, propagator: &DatadogPropagator) -> Self {
        let mut headers = Self::default();
        if let Some(object) = json.object() {
            while let Some(name) = json.member(object) {
                if let Some(place) = place_for(&name, propagator) {
                    headers.take_at(place, json);
                }
            }
        }
        headers
    }

    /// Takes the value that comes next, if `name` is a propagation header. The value is a text, or a list with
    /// the values of a repeated header. If the name is repeated, the last value counts, as with a parser.
    ///
    /// A request has dozens of headers; others are ignored. Returns whether `name` is one.
    pub(super) fn take(&mut self, name: &[u8], json: &mut Reader<'a>) -> bool {
        let Some(place) = known_place(name) else {
            return false;
        };
        self.take_at(place, json);
        true
    }

    fn take_at(&mut self, place: usize, json: &mut Reader<'a>) {
        let value = if is_combined(name_at(place)) {
            combined(json)
        } else {
            json.first_string()
        };
        if let Some(value) = value {
            self.put(place, value);
        }
    }

    /// The propagation headers in a JSON string as it stands in the event, of those that the propagator reads; `None` if
    /// that is more than an object of texts.
    pub(super) fn of_string(string: &'a [u8], propagator: &DatadogPropagator) -> Option<Self> {
        let mut headers = Self::default();
        let is_read = json::each_escaped_text(string, |name, value| {
            if let Some(place) = place_for(name, propagator)
                && let Ok(value) = std::str::from_utf8(value)
            {
                headers.put(place, Cow::Borrowed(value));
            }
        });
        is_read.then_some(headers)
    }

    /// Sets the header at that place among the known ones. A later value of a header replaces an earlier one.
    pub(super) fn put(&mut self, place: usize, value: Cow<'a, str>) {
        if let Some(slot) = self.found.get_mut(place) {
            *slot = Some(value);
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        let found = self.found.iter().enumerate();
        let found = found.filter(|(_, value)| value.is_some());
        found.map(|(place, _)| name_at(place))
    }
}

/// The place of the header `name` if the propagator reads it.
pub(super) fn place_for(name: &[u8], propagator: &DatadogPropagator) -> Option<usize> {
    known_place(name).filter(|place| propagator.reads(name_at(*place)))
}

/// A text, or the texts of a list in their order, joined with commas.
fn combined<'a>(json: &mut Reader<'a>) -> Option<Cow<'a, str>> {
    let Some(list) = json.array() else {
        return json.string();
    };
    let mut all: Option<Cow<'a, str>> = None;
    while json.element(list) {
        let Some(text) = json.string() else { continue };
        match &mut all {
            None => all = Some(text),
            Some(all) => {
                let all = all.to_mut();
                all.push(',');
                all.push_str(&text);
            }
        }
    }
    all
}

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.found.get(known_place(key.as_bytes())?)?.as_deref()
    }

    fn keys(&self) -> Vec<&str> {
        self.names().collect()
    }
}
