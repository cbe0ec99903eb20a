//! The value of the `dd` member of a trace state: `s:2;o:rum;t.dm:-4`.
//!
//! In the `tracestate` header it holds whatever fits. In the trace state of an OpenTelemetry span context it
//! holds the sampling decision ([`DdMember`]), which spans inherit that way.

use std::borrow::Cow;

use opentelemetry::trace::TraceState;

use crate::context::header_text::{is_printable, split, split_once};
use crate::digits::push_decimal;

/// The key of the member.
pub(crate) const DD: &str = "dd";

/// The longest value an OpenTelemetry trace state takes, in bytes.
const VALUE_MAX_LENGTH: usize = 256;

/// A sampling decision, as a span context carries it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct DdMember<'a> {
    /// `None` until a decision is taken.
    pub(crate) priority: Option<i8>,
    pub(crate) origin: Option<Cow<'a, str>>,
    /// The value of `_dd.p.dm`, such as `-4`.
    pub(crate) decision_maker: Option<Cow<'a, str>>,
    /// The value of `_dd.p.ksr`, such as `0.5`: the rate that the decision followed.
    pub(crate) sample_rate: Option<Cow<'a, str>>,
}

impl<'a> DdMember<'a> {
    /// The decision in a trace state, if it has our member.
    pub(crate) fn of(state: &'a TraceState) -> Option<Self> {
        state.get(DD).map(Self::parse)
    }

    /// Reads the value of the member and ignores unknown items.
    pub(crate) fn parse(value: &'a str) -> Self {
        let mut member = Self::default();
        for (key, value) in items(value) {
            match key {
                "s" => member.priority = value.parse().ok(),
                "o" => member.origin = Some(decode(value)),
                "t.dm" => member.decision_maker = Some(decode(value)),
                "t.ksr" => member.sample_rate = Some(decode(value)),
                _ => {}
            }
        }
        member
    }

    /// The value of the member, without items that don't fit.
    pub(crate) fn encode(&self) -> String {
        let mut value = String::with_capacity(32);
        let mut writer = DdWriter::new(&mut value, VALUE_MAX_LENGTH);
        if let Some(priority) = self.priority {
            writer.item("s", |out| push_priority(out, priority));
        }
        if let Some(origin) = &self.origin {
            writer.item("o", |out| push_encoded(out, origin));
        }
        if let Some(decision_maker) = &self.decision_maker {
            writer.tag("dm", decision_maker);
        }
        if let Some(sample_rate) = &self.sample_rate {
            writer.tag("ksr", sample_rate);
        }
        value
    }
}

/// The items `key:value` of a member. Items that aren't printable ASCII are skipped.
pub(crate) fn items(value: &str) -> impl Iterator<Item = (&str, &str)> {
    split(value, b';')
        .filter(|item| is_printable(item))
        .filter_map(|item| split_once(item, b':'))
}

/// Appends a sampling priority, which may be negative.
pub(super) fn push_priority(out: &mut String, priority: i8) {
    if priority < 0 {
        out.push('-');
    }
    push_decimal(out, priority.unsigned_abs().into());
}

/// `=` separates members from values, so a value writes `~` for it.
// Out of line, as is `push_encoded`: both are used in half a dozen places.
#[inline(never)]
pub(crate) fn decode(value: &str) -> Cow<'_, str> {
    if value.contains('~') {
        Cow::Owned(value.replace('~', "="))
    } else {
        Cow::Borrowed(value)
    }
}

/// Appends a value with `~` for `=`, and `_` for each character that a member can't hold.
#[inline(never)]
pub(super) fn push_encoded(out: &mut String, value: &str) {
    push_mapped(out, value, |character| match character {
        '=' => '~',
        ',' | ';' | '~' => '_',
        ' '..='}' => character,
        _ => '_',
    });
}

/// Appends `text` with `map` applied to each character; mostly that changes none.
#[inline]
fn push_mapped(out: &mut String, text: &str, map: impl Fn(char) -> char) {
    let is_same = |byte: u8| byte.is_ascii() && map(char::from(byte)) == char::from(byte);
    if text.bytes().all(is_same) {
        out.push_str(text);
    } else {
        out.extend(text.chars().map(map));
    }
}

/// Writes items one after another as long as they fit.
pub(super) struct DdWriter<'a> {
    out: &'a mut String,
    start: usize,
    max_length: usize,
}

impl<'a> DdWriter<'a> {
    /// Appends at most `max_length` bytes to `out`.
    pub(super) fn new(out: &'a mut String, max_length: usize) -> Self {
        let start = out.len();
        Self {
            out,
            start,
            max_length,
        }
    }

    /// Adds `key:` and the output of `write`, or nothing.
    pub(super) fn item(&mut self, key: &str, write: impl FnOnce(&mut String)) {
        self.fitting(|out| {
            out.push_str(key);
            out.push(':');
            write(out);
        });
    }

    /// Adds the tag `_dd.p.<suffix>`, or nothing.
    pub(super) fn tag(&mut self, suffix: &str, value: &str) {
        self.fitting(|out| {
            out.push_str("t.");
            // The first colon ends a key, and a key has no spaces.
            push_mapped(out, suffix, |character| match character {
                ',' | ';' | '=' | ':' => '_',
                '!'..='~' => character,
                _ => '_',
            });
            out.push(':');
            push_encoded(out, value);
        });
    }

    fn fitting(&mut self, write: impl FnOnce(&mut String)) {
        let end = self.out.len();
        if end > self.start {
            self.out.push(';');
        }
        write(self.out);
        if self.out.len() - self.start > self.max_length {
            self.out.truncate(end);
        }
    }
}
