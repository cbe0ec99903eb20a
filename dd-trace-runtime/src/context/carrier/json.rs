//! Converts a carrier from and to a JSON object.
//!
//! Reading is lenient because other programs write the object: Datadog's Go tracer adds numbers, some queues
//! turn values into lists, and one odd member must not cost the trace.

use std::fmt;

use serde::de::{
    Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor,
};
use serde::ser::{Serialize, Serializer};

use super::{Carrier, Name, name};
use crate::json::Reader;

impl Carrier {
    /// Reads a JSON object: takes strings and the first string of a list, and ignores every other member.
    /// `None` if the text isn't a JSON object.
    ///
    /// ```
    /// use dd_trace_runtime::Carrier;
    ///
    /// let json = r#"{"x-datadog-trace-id": "123", "x-datadog-start-time": 1700000000000}"#;
    /// let carrier = Carrier::from_json(json).expect("an object");
    /// assert_eq!(carrier.iter().collect::<Vec<_>>(), [("x-datadog-trace-id", "123")]);
    /// ```
    #[must_use]
    pub fn from_json(json: &str) -> Option<Self> {
        // The grammar of JSON allows values that a parser can't represent, such as `1e999` or half a surrogate
        // pair. They are skipped like every other value that isn't text.
        serde_json::from_str::<IgnoredAny>(json).ok()?;
        let mut json = Reader::new(json.as_bytes());
        let object = json.object()?;
        let mut carrier = Self::new();
        while let Some(name) = json.member(object) {
            if let Some(value) = json.first_string()
                && let Ok(name) = std::str::from_utf8(&name)
            {
                carrier.insert(name, value);
            }
        }
        Some(carrier)
    }

    /// Writes a JSON object of strings.
    #[must_use]
    pub fn to_json_string(&self) -> String {
        // Names and values are strings, which `serde_json` always can write.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Carrier {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de> Deserialize<'de> for Carrier {
    /// Takes strings and the first string of a list, and ignores every other member.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Headers)
    }
}

struct Headers;

impl<'de> Visitor<'de> for Headers {
    type Value = Carrier;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with propagation headers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Carrier, A::Error> {
        let mut carrier = Carrier::new();
        while let Some(HeaderName(name)) = map.next_key()? {
            if let Value(Some(value)) = map.next_value()? {
                carrier.set_named(name, value);
            }
        }
        Ok(carrier)
    }
}

struct HeaderName(Name);

impl<'de> Deserialize<'de> for HeaderName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl Visitor<'_> for Text {
            type Value = HeaderName;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of a header")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<HeaderName, E> {
                Ok(HeaderName(name(text)))
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<HeaderName, E> {
                std::str::from_utf8(bytes)
                    .map(|text| HeaderName(name(text)))
                    .map_err(|_| E::invalid_value(Unexpected::Bytes(bytes), &self))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

/// The text of a member, if it has one.
struct Value(Option<String>);

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TextIn { lists: true })
    }
}

/// A member of a list. Only text counts, so nesting is never followed.
struct Element(Option<String>);

impl<'de> Deserialize<'de> for Element {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Value(text) = deserializer.deserialize_any(TextIn { lists: false })?;
        Ok(Self(text))
    }
}

struct TextIn {
    lists: bool,
}

impl<'de> Visitor<'de> for TextIn {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value(Some(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value(Some(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut first = None;
        while self.lists && first.is_none() {
            let Some(Element(text)) = list.next_element()? else {
                return Ok(Value(None));
            };
            first = text;
        }
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value(first))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Value(None))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Value, E> {
        Ok(Value(None))
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Value, E> {
        Ok(Value(None))
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Value, E> {
        Ok(Value(None))
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Value, E> {
        Ok(Value(None))
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value(None))
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value(None))
    }
}
