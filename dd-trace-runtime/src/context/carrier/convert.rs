//! Converts a carrier from and to maps and HTTP headers.

use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasher;
use std::sync::LazyLock;

use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};

use super::{Carrier, KNOWN_NAMES, MAX_HEADERS, Value, is_combined, known_place};

impl<K, V> Extend<(K, V)> for Carrier
where
    K: AsRef<str>,
    V: Into<String>,
{
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, headers: I) {
        let headers = headers.into_iter();
        self.headers.reserve(headers.size_hint().0.min(MAX_HEADERS));
        for (name, value) in headers {
            self.insert(name, value);
        }
    }
}

impl<K, V> FromIterator<(K, V)> for Carrier
where
    K: AsRef<str>,
    V: Into<String>,
{
    fn from_iter<I: IntoIterator<Item = (K, V)>>(headers: I) -> Self {
        let mut carrier = Self::new();
        carrier.extend(headers);
        carrier
    }
}

impl<S: BuildHasher> From<HashMap<String, String, S>> for Carrier {
    fn from(headers: HashMap<String, String, S>) -> Self {
        headers.into_iter().collect()
    }
}

impl From<BTreeMap<String, String>> for Carrier {
    fn from(headers: BTreeMap<String, String>) -> Self {
        headers.into_iter().collect()
    }
}

impl<S: BuildHasher + Default> From<Carrier> for HashMap<String, String, S> {
    fn from(carrier: Carrier) -> Self {
        carrier.into_iter().collect()
    }
}

impl From<Carrier> for BTreeMap<String, String> {
    fn from(carrier: Carrier) -> Self {
        carrier.into_iter().collect()
    }
}

/// Takes every header whose value is UTF-8.
///
/// `tracestate` and `baggage` are lists: when sent more than once they are joined with a comma, as
/// the W3C's two recommendations ask. Two `traceparent`s are joined, too, and so make none that is valid. Of any
/// other repeated header the first one counts.
impl From<&HeaderMap> for Carrier {
    fn from(headers: &HeaderMap) -> Self {
        let mut carrier = Self::new();
        for name in headers.keys() {
            let mut values = headers
                .get_all(name)
                .iter()
                .filter_map(|value| std::str::from_utf8(value.as_bytes()).ok());
            let Some(first) = values.next() else { continue };
            let mut joined = first.to_owned();
            if is_combined(name.as_str()) {
                for value in values {
                    joined.push(',');
                    joined.push_str(value);
                }
            }
            carrier.insert(name.as_str(), joined);
        }
        carrier
    }
}

impl Carrier {
    /// The carrier as HTTP headers, without names and values that HTTP doesn't allow.
    ///
    /// ```
    /// use dd_trace_runtime::Carrier;
    ///
    /// let mut request = http::Request::new(());
    /// let carrier: Carrier = [("x-datadog-trace-id", "123"), ("not a name", "1")]
    ///     .into_iter()
    ///     .collect();
    /// request.headers_mut().extend(carrier.to_header_map());
    /// assert_eq!(request.headers()["x-datadog-trace-id"], "123");
    /// assert_eq!(request.headers().len(), 1);
    /// ```
    #[must_use]
    pub fn to_header_map(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        self.clone().replace_in(&mut headers);
        headers
    }

    /// Puts the headers that `http` can hold into `headers`, in place of any with their names.
    pub(crate) fn replace_in(self, headers: &mut HeaderMap) {
        // A map that has no room for them refuses each of them, too.
        let _ = headers.try_reserve(self.headers.len());
        let written = Bytes::from(self.written);
        for (name, value) in self.headers {
            let value = match value {
                Value::Own(value) => Bytes::from(value),
                Value::Written { start, end } if start <= end && end <= written.len() => {
                    written.slice(start..end)
                }
                Value::Written { .. } => continue,
            };
            if let Some(name) = http_name(&name)
                && let Ok(value) = HeaderValue::from_maybe_shared(value)
            {
                let _ = headers.try_insert(name, value);
            }
        }
    }
}

/// The name for `http`. Those that propagators write are made once.
fn http_name(name: &str) -> Option<HeaderName> {
    static KNOWN: LazyLock<[HeaderName; super::KNOWN]> =
        LazyLock::new(|| KNOWN_NAMES.map(HeaderName::from_static));
    let known = known_place(name.as_bytes()).and_then(|place| KNOWN.get(place));
    known
        .cloned()
        .or_else(|| HeaderName::from_bytes(name.as_bytes()).ok())
}
