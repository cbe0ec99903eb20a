//! The headers that the styles write.

use std::borrow::Cow;

use opentelemetry::propagation::Injector;
use serde::{Serialize, Serializer};

use crate::context::carrier::Carrier;

/// Headers to be sent, in their order and each at most once. Their values stand one after another in one text: a
/// payload is written from it without a `String` for each.
#[derive(Debug, Default)]
pub(crate) struct Injected {
    text: String,
    /// The name of each header, and where its value ends in the text.
    ends: Vec<(&'static str, usize)>,
}

impl Injected {
    /// None yet, with room for the usual ones.
    pub(super) fn for_headers(count: usize) -> Self {
        /// What both usual styles take, with some tags.
        const USUAL_BYTES: usize = 320;
        Self {
            text: String::with_capacity(USUAL_BYTES),
            ends: Vec::with_capacity(count),
        }
    }

    #[cfg(test)]
    pub(crate) fn of(name: &'static str, value: &str) -> Self {
        let mut headers = Self::default();
        headers.add(name, |out| out.push_str(value));
        headers
    }

    /// Adds a header with what `write` appends; none if that is nothing.
    pub(super) fn add(&mut self, name: &'static str, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        if self.text.len() > start {
            self.ends.push((name, self.text.len()));
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Names, in lower case, and values.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&'static str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |(name, end)| {
            let value = self.text.get(start..*end).unwrap_or_default();
            start = *end;
            (*name, value)
        })
    }

    pub(super) fn copy_to(&self, injector: &mut dyn Injector) {
        injector.reserve(self.len());
        for (name, value) in self.iter() {
            injector.set(name, value.to_owned());
        }
    }

    /// As a JSON object of texts.
    pub(crate) fn to_json_string(&self) -> String {
        // Names and values are strings, which `serde_json` always can write.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Injected {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl From<Injected> for Carrier {
    fn from(headers: Injected) -> Self {
        let named = headers
            .iter()
            .map(|(name, value)| (Cow::Borrowed(name), value.to_owned()));
        Self::of_distinct(named)
    }
}
