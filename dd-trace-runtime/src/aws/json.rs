//! Members put into the text of a JSON object, every other byte of which stays.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The text of an object, and where in it the members stand that are to be set.
#[derive(Debug)]
pub(super) struct Object<'a> {
    text: &'a str,
    names: &'a [&'a str],
    /// In the order of the text; of a name that is there twice, both.
    places: Vec<Place>,
    is_empty: bool,
}

/// The value of a member.
#[derive(Debug)]
struct Place {
    /// Which of the names.
    name: usize,
    value: Range<usize>,
}

impl<'a> Object<'a> {
    /// Reads a text to its end; `None` unless it is a JSON object. Names are compared as they are
    /// written, and have nothing that JSON escapes.
    pub(super) fn read(text: &'a str, names: &'a [&'a str]) -> Option<Self> {
        let mut object = Self {
            text,
            names,
            places: Vec::new(),
            is_empty: true,
        };
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_map(Members(&mut object)).ok()?;
        json.end().ok()?;
        Some(object)
    }

    /// The text of a member's value; of two members with one name, that of the last, as parsers have it.
    #[cfg(any(feature = "aws-lambda", feature = "aws-sfn"))]
    pub(super) fn value(&self, name: usize) -> Option<&'a str> {
        let mut places = self.places.iter().rev();
        let place = places.find(|place| place.name == name)?;
        self.text.get(place.value.clone())
    }

    /// The text with the members set to `values`, which are JSON: those that are there keep their place,
    /// the others come last.
    pub(super) fn with<V: AsRef<str>>(&self, values: &[V]) -> Option<String> {
        let members = || self.names.iter().zip(values);
        let added: usize = members()
            .map(|(name, value)| name.len() + value.as_ref().len() + r#","":"#.len())
            .sum();
        let mut text = String::with_capacity(self.text.len() + added);
        let mut copied = 0;
        for place in &self.places {
            text.push_str(self.text.get(copied..place.value.start)?);
            text.push_str(values.get(place.name)?.as_ref());
            copied = place.value.end;
        }
        let end = self.text.rfind('}')?;
        text.push_str(self.text.get(copied..end)?);
        let mut separator = if self.is_empty { "\"" } else { ",\"" };
        for (index, (name, value)) in members().enumerate() {
            if self.places.iter().any(|place| place.name == index) {
                continue;
            }
            for part in [separator, name, "\":", value.as_ref()] {
                text.push_str(part);
            }
            separator = ",\"";
        }
        text.push_str(self.text.get(end..)?);
        Some(text)
    }
}

/// Notes where the members stand.
struct Members<'b, 'a>(&'b mut Object<'a>);

impl<'a> Visitor<'a> for Members<'_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let Self(object) = self;
        while let Some(name) = map.next_key_seed(Name(object.names))? {
            object.is_empty = false;
            // It is read whoever wants it: the text may yet be no JSON.
            let value = map.next_value::<&RawValue>()?.get();
            let Some(name) = name else { continue };
            let start = value
                .as_ptr()
                .addr()
                .wrapping_sub(object.text.as_ptr().addr());
            object.places.push(Place {
                name,
                value: start..start + value.len(),
            });
        }
        Ok(())
    }
}

/// Which of the names a key is.
struct Name<'a>(&'a [&'a str]);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<usize>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<usize>, E> {
        Ok(self.0.iter().position(|name| *name == text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With `_datadog` set to `1`.
    fn with_member(text: &str) -> Option<String> {
        Object::read(text, &["_datadog"])?.with(&["1"])
    }

    #[test]
    fn a_member_is_added_as_the_last_and_no_other_byte_changes() {
        for (text, expected) in [
            ("{}", r#"{"_datadog":1}"#),
            ("{ }", r#"{ "_datadog":1}"#),
            (" {\n}\n", " {\n\"_datadog\":1}\n"),
            (r#"{"a":1}"#, r#"{"a":1,"_datadog":1}"#),
            (
                r#" { "a" : 1.50e+3 , "b" : {"_datadog":2} } "#,
                r#" { "a" : 1.50e+3 , "b" : {"_datadog":2} ,"_datadog":1} "#,
            ),
            (
                r#"{"a":"}\"{","b":[{}, "\u00e9é"]}"#,
                r#"{"a":"}\"{","b":[{}, "\u00e9é"],"_datadog":1}"#,
            ),
            (r#"{"a":1,"a":2}"#, r#"{"a":1,"a":2,"_datadog":1}"#),
        ] {
            assert_eq!(with_member(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn one_that_is_there_is_replaced_where_it_stands() {
        for (text, expected) in [
            (r#"{"_datadog":{"x":"}"},"a":2}"#, r#"{"_datadog":1,"a":2}"#),
            (
                r#"{"a":2, "_datadog" : null }"#,
                r#"{"a":2, "_datadog" : 1 }"#,
            ),
            (r#"{"_data\u0064og":"é"}"#, r#"{"_data\u0064og":1}"#),
            (
                r#"{"_datadog":[2],"a":"_datadog","_datadog":3}"#,
                r#"{"_datadog":1,"a":"_datadog","_datadog":1}"#,
            ),
        ] {
            assert_eq!(with_member(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_object_stays_as_it_is() {
        for text in [
            "",
            " ",
            "null",
            "1",
            "[]",
            r#""{}""#,
            "{",
            "}",
            "{}}",
            "{},",
            "{}x",
            "{a}",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1,}"#,
            r#"{"a":nope}"#,
            r#"{"a":01}"#,
            r#"{"a":"\x"}"#,
            "\u{feff}{}",
        ] {
            assert_eq!(with_member(text), None, "{text}");
        }
    }

    #[test]
    fn an_object_of_any_depth_is_read() {
        let deep = format!(r#"{{"a":{}{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let expected = format!(r#"{},"_datadog":1}}"#, deep.strip_suffix('}').unwrap());
        assert_eq!(with_member(&deep), Some(expected));
    }

    #[test]
    fn several_members_are_set_at_once() {
        let object = Object::read(r#"{"b":0,"c":0}"#, &["a", "b"]).unwrap();
        let text = object.with(&["1", "2"]);
        assert_eq!(text.as_deref(), Some(r#"{"b":2,"c":0,"a":1}"#));
    }

    #[cfg(any(feature = "aws-lambda", feature = "aws-sfn"))]
    #[test]
    fn the_last_of_equal_members_counts() {
        let object = Object::read(r#"{"a":1, "a": [2] }"#, &["a", "b"]).unwrap();
        assert_eq!((object.value(0), object.value(1)), (Some("[2]"), None));
    }
}
