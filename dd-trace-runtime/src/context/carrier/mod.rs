//! The headers in which trace context travels.

mod convert;
mod iter;
mod json;

use std::borrow::Cow;
use std::fmt;

use opentelemetry::propagation::{Extractor, Injector};

use iter::Iter;

/// Propagation headers: names and text values.
///
/// Names are case-insensitive and kept in lower case. Headers keep the order of insertion, and inserting a name
/// again replaces its value. An extractor returns a carrier, and `_datadog` inside a payload holds one. It
/// converts from and to maps, [`http::HeaderMap`] and JSON, and it is an OpenTelemetry [`Extractor`] and
/// [`Injector`].
///
/// A hostile message can't make a carrier expensive. Beyond 128 headers, a carrier takes only those that a
/// propagator reads. It leaves out values over 16 KiB, and keeps the members of `tracestate` and `baggage`,
/// which are lists, that fit.
///
/// ```
/// use dd_trace_runtime::Carrier;
///
/// let carrier: Carrier = [("X-Datadog-Trace-Id", "123"), ("X-Datadog-Parent-Id", "321")]
///     .into_iter()
///     .collect();
/// assert_eq!(carrier.get("x-datadog-trace-id"), Some("123"));
/// assert_eq!(
///     carrier.to_json_string(),
///     r#"{"x-datadog-trace-id":"123","x-datadog-parent-id":"321"}"#,
/// );
/// ```
// A propagator writes at most eight headers, so a linear search is faster than hashing.
#[derive(Clone, Default)]
pub struct Carrier {
    headers: Vec<(Name, Value)>,
    /// The values that a propagator wrote, one after another.
    written: String,
}

/// A header's value. Those of a propagator share one text: a `String` for each would be most of what they cost.
#[derive(Debug, Clone)]
enum Value {
    Own(String),
    /// A part of [`Carrier::written`].
    Written {
        start: usize,
        end: usize,
    },
}

impl Value {
    fn as_str<'a>(&'a self, written: &'a str) -> &'a str {
        match self {
            Self::Own(value) => value,
            Self::Written { start, end } => written.get(*start..*end).unwrap_or_default(),
        }
    }

    fn into_string(self, written: &str) -> String {
        match self {
            Self::Own(value) => value,
            Self::Written { .. } => self.as_str(written).to_owned(),
        }
    }
}

/// How many headers a carrier takes. A request to Lambda may have some dozens. Propagation headers are taken
/// regardless of the limit: there is at most one for each known name.
const MAX_HEADERS: usize = 128;

/// The longest value, in bytes. The longest propagation header is a baggage of 8,192 bytes.
pub(crate) const MAX_VALUE: usize = 16 * 1_024;

/// A lower-case header name; static for the names that Datadog and the W3C define.
type Name = Cow<'static, str>;

macro_rules! known_names {
    ($($place:literal $name:literal)*) => {
        /// The names that need no allocation.
        const KNOWN_NAMES: [&str; [$($place),*].len()] = [$($name),*];

        /// The place of a name among them. The compiler compares constants in words, those of the text's length alone.
        fn place(text: &[u8]) -> Option<usize> {
            $(if text == $name.as_bytes() {
                return Some($place);
            })*
            None
        }
    };
}

known_names! {
    0 "x-datadog-trace-id"
    1 "x-datadog-parent-id"
    2 "x-datadog-sampling-priority"
    3 "x-datadog-origin"
    4 "x-datadog-tags"
    5 "traceparent"
    6 "tracestate"
    7 "baggage"
    8 "b3"
    9 "x-b3-traceid"
    10 "x-b3-spanid"
    11 "x-b3-sampled"
    12 "x-b3-flags"
}

fn name(text: &str) -> Name {
    known_name(text.as_bytes()).map_or_else(|| Cow::Owned(text.to_ascii_lowercase()), Cow::Borrowed)
}

/// How many headers propagators read.
pub(crate) const KNOWN: usize = KNOWN_NAMES.len();

/// The places of the known names of each length, of which there are two at most.
#[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const BY_LENGTH: [[usize; 2]; 32] = {
    let mut places = [[KNOWN; 2]; 32];
    let mut place = 0;
    while place < KNOWN {
        let [first, second] = &mut places[KNOWN_NAMES[place].len()];
        let free = if *first == KNOWN { first } else { second };
        assert!(*free == KNOWN, "a third name of this length");
        *free = place;
        place += 1;
    }
    places
};

/// The place of a header that a propagator reads among all of them, by its name in any letter case.
pub(crate) fn known_place(text: &[u8]) -> Option<usize> {
    place(text).or_else(|| {
        // The length alone rules out most headers of a request.
        let mut places = BY_LENGTH.get(text.len())?.iter();
        let named = |place: &usize| KNOWN_NAMES.get(*place).map(|name| name.as_bytes());
        let is = |place: &&usize| named(place).is_some_and(|name| name.eq_ignore_ascii_case(text));
        places.find(is).copied()
    })
}

/// The name of the header at a place.
pub(crate) fn name_at(place: usize) -> &'static str {
    KNOWN_NAMES.get(place).copied().unwrap_or_default()
}

/// The name of a header that a propagator reads, in any letter case.
pub(crate) fn known_name(text: &[u8]) -> Option<&'static str> {
    known_place(text).map(name_at)
}

/// Whether the values of a repeated header are one list (RFC 9110, section 5.3). The W3C says so for
/// `tracestate` and `baggage`, and two `traceparent`s make an invalid one. Of any other header the first value
/// counts.
pub(crate) fn is_combined(name: &str) -> bool {
    matches!(name, "traceparent" | "tracestate" | "baggage")
}

impl Carrier {
    /// An empty carrier, without an allocation.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            headers: Vec::new(),
            written: String::new(),
        }
    }

    /// An empty carrier, with room for the headers that a propagator [writes](Self::write).
    pub(super) fn for_headers(count: usize) -> Self {
        /// What both usual styles take, with some tags.
        const USUAL_BYTES: usize = 320;
        Self {
            headers: Vec::with_capacity(count),
            written: String::with_capacity(USUAL_BYTES),
        }
    }

    /// Adds a header that isn't there yet, with what `write` appends; none if that is nothing.
    pub(super) fn write(&mut self, name: &'static str, write: impl FnOnce(&mut String)) {
        let start = self.written.len();
        write(&mut self.written);
        let end = self.written.len();
        if end > start {
            let value = Value::Written { start, end };
            self.headers.push((Cow::Borrowed(name), value));
        }
    }

    /// The value of the header `name`, in any letter case.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.position(name)
            .and_then(|index| self.headers.get(index))
            .map(|(_, value)| value.as_str(&self.written))
    }

    /// Sets a header and returns its former value.
    pub fn insert(&mut self, name: impl AsRef<str>, value: impl Into<String>) -> Option<String> {
        self.set_header(name.as_ref(), value.into())
    }

    /// Removes a header and returns its value.
    pub fn remove(&mut self, name: &str) -> Option<String> {
        let index = self.position(name)?;
        let (_, value) = self.headers.remove(index);
        Some(value.into_string(&self.written))
    }

    /// The headers in the order of insertion, names in lower case.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter::new(&self.headers, &self.written)
    }

    /// How many headers there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.headers.len()
    }

    /// Whether there are no headers.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.headers.is_empty()
    }

    fn set_header(&mut self, header: &str, mut value: String) -> Option<String> {
        if !fits(header, &mut value) {
            return None;
        }
        if let Some(old) = self.value_mut(header) {
            let old = std::mem::replace(old, Value::Own(value));
            return Some(old.into_string(&self.written));
        }
        self.push(name(header), value);
        None
    }

    /// As `insert`, for a name that is already in its final form.
    fn set_named(&mut self, name: Name, mut value: String) {
        if !fits(&name, &mut value) {
            return;
        }
        match self.value_mut(&name) {
            Some(old) => *old = Value::Own(value),
            None => self.push(name, value),
        }
    }

    fn push(&mut self, name: Name, value: String) {
        let is_known = matches!(name, Cow::Borrowed(_));
        if is_known || self.headers.len() < MAX_HEADERS {
            self.headers.push((name, Value::Own(value)));
        }
    }

    fn value_mut(&mut self, header: &str) -> Option<&mut Value> {
        let index = self.position(header)?;
        self.headers.get_mut(index).map(|(_, value)| value)
    }

    fn position(&self, header: &str) -> Option<usize> {
        // Most names differ in length, which is compared first.
        let mut names = self.headers.iter().map(|(name, _)| name);
        names.position(|known| known.eq_ignore_ascii_case(header))
    }
}

/// Whether a carrier takes the value. It takes the members of a list that fit, and the items of the last of
/// them.
fn fits(name: &str, value: &mut String) -> bool {
    if value.len() <= MAX_VALUE {
        return true;
    }
    if !is_combined(&name.to_ascii_lowercase()) {
        return false;
    }
    let whole = within(value, MAX_VALUE, b",;").len();
    value.truncate(whole);
    value.shrink_to_fit();
    whole > 0
}

/// The whole items of `list` within `limit` bytes.
pub(crate) fn within<'a>(list: &'a str, limit: usize, separators: &[u8]) -> &'a str {
    let Some(head) = list.as_bytes().get(..=limit) else {
        return list;
    };
    let end = head.iter().rposition(|byte| separators.contains(byte));
    end.and_then(|end| list.get(..end)).unwrap_or_default()
}

/// Two carriers are equal if the same names have the same values, in any order.
impl PartialEq for Carrier {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len()
            && self
                .iter()
                .all(|(name, value)| other.get(name) == Some(value))
    }
}

impl Eq for Carrier {}

impl fmt::Debug for Carrier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

impl Extractor for Carrier {
    fn get(&self, key: &str) -> Option<&str> {
        self.get(key)
    }

    fn keys(&self) -> Vec<&str> {
        self.iter().map(|(name, _)| name).collect()
    }
}

impl Injector for Carrier {
    fn set(&mut self, key: &str, value: String) {
        self.set_header(key, value);
    }

    fn reserve(&mut self, additional: usize) {
        let free = MAX_HEADERS.saturating_sub(self.headers.len());
        self.headers.reserve(additional.min(free));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_name_has_its_place_in_any_letter_case() {
        for (place, name) in KNOWN_NAMES.into_iter().enumerate() {
            assert_eq!(name_at(place), name);
            for text in [name.to_owned(), name.to_uppercase()] {
                assert_eq!(known_place(text.as_bytes()), Some(place), "{text}");
            }
            let last = name.len() - 1;
            for text in [format!("{name}x"), format!("{}_", &name[..last])] {
                assert_eq!(known_place(text.as_bytes()), None, "{text}");
            }
        }
    }
}
