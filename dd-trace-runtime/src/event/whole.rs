//! An event for a type that can be made of it as it is.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserializer, Error as _, Visitor};
use serde_json::Error;

use super::raw::RawEvent;

/// A type that needs no parser where it can have the event itself.
pub(crate) trait FromEvent<'de>: Sized {
    /// `None` for an event that has to be deserialised.
    fn from_event(event: &RawEvent) -> Option<Self>;

    /// From an event that a handler's own type contains, from one that is no `RawEvent`, and to say what is wrong.
    fn from_parser<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// What `Deserialize` does for such a type.
pub(crate) fn deserialize<'de, T, D>(deserializer: D) -> Result<T, D::Error>
where
    T: FromEvent<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_newtype_struct(NAME, Asking(PhantomData))
}

/// The name by which [`Whole`] knows who asks. To every other deserialiser it is the name of a newtype, which says
/// nothing.
const NAME: &str = "$dd_trace_runtime::RawEvent";

thread_local! {
    /// The event on its way to the type that asks for it, which `serde` has no method for.
    static ASKED_FOR: Cell<Option<RawEvent>> = const { Cell::new(None) };
}

struct Asking<T>(PhantomData<T>);

impl<'de, T: FromEvent<'de>> Visitor<'de> for Asking<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an event")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, parser: D) -> Result<T, D::Error> {
        let event = ASKED_FOR.take();
        match event.as_ref().and_then(T::from_event) {
            Some(made) => Ok(made),
            None => T::from_parser(parser),
        }
    }
}

/// Deserialises an event's text. A type that asks for the event itself gets that.
#[derive(Debug)]
pub(super) struct Whole<'a>(pub(super) &'a RawEvent);

impl<'a> Whole<'a> {
    /// Parsing text that is known to be UTF-8 doesn't validate each string again.
    fn parser(&self) -> Result<serde_json::Deserializer<serde_json::de::StrRead<'a>>, Error> {
        let text = self.0.as_str().map_err(Error::custom)?;
        Ok(serde_json::Deserializer::from_str(text))
    }
}

macro_rules! parse {
    ($($method:ident($($argument:ident: $of:ty),*);)*) => {$(
        #[inline]
        fn $method<V: Visitor<'a>>(self, $($argument: $of,)* visitor: V) -> Result<V::Value, Error> {
            self.parser()?.$method($($argument,)* visitor)
        }
    )*};
}

impl<'a> Deserializer<'a> for Whole<'a> {
    type Error = Error;

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == NAME {
            ASKED_FOR.set(Some(self.0.clone()));
            return visitor.visit_newtype_struct(self);
        }
        self.parser()?.deserialize_newtype_struct(name, visitor)
    }

    parse! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_option();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::{Value, json};

    use super::*;

    /// How it was made.
    #[derive(Debug, PartialEq)]
    enum Made {
        OfEvent(RawEvent),
        ByParser(Value),
    }

    impl<'de> FromEvent<'de> for Made {
        /// Of objects alone.
        fn from_event(event: &RawEvent) -> Option<Self> {
            let is_object = event.as_bytes().starts_with(b"{");
            is_object.then(|| Self::OfEvent(event.clone()))
        }

        fn from_parser<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Value::deserialize(deserializer).map(Self::ByParser)
        }
    }

    impl<'de> Deserialize<'de> for Made {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            deserialize(deserializer)
        }
    }

    #[test]
    fn a_type_that_asks_for_the_event_gets_it_without_a_copy() {
        let event = RawEvent::from(r#"{"not": json}"#);
        let Made::OfEvent(made) = event.parse().unwrap() else {
            panic!("the event was parsed");
        };
        assert_eq!(made.as_bytes().as_ptr(), event.as_bytes().as_ptr());
    }

    #[test]
    fn an_event_that_it_does_not_take_is_parsed() {
        let parsed: Made = RawEvent::from("[1]").parse().unwrap();
        assert_eq!(parsed, Made::ByParser(json!([1])));
        assert!(RawEvent::from("[1").parse::<Made>().is_err());
        assert!(ASKED_FOR.take().is_none());
    }

    #[test]
    fn a_part_of_an_event_is_parsed() {
        #[derive(Debug, Deserialize)]
        struct Outer {
            inner: Made,
        }
        #[derive(Debug, Deserialize)]
        struct Flat {
            #[serde(flatten)]
            inner: Made,
        }
        #[derive(Debug, Deserialize)]
        struct Newtype(Made);
        #[derive(Debug, Deserialize)]
        #[serde(untagged)]
        enum Either {
            Made(Made),
        }

        let event = RawEvent::from(r#"{"inner":{}}"#);
        let whole = json!({"inner": {}});
        let outer: Outer = event.parse().unwrap();
        assert_eq!(outer.inner, Made::ByParser(json!({})));
        let flat: Flat = event.parse().unwrap();
        assert_eq!(flat.inner, Made::ByParser(whole.clone()));
        let Newtype(made) = event.parse().unwrap();
        assert_eq!(made, Made::ByParser(whole.clone()));
        let Either::Made(made) = event.parse().unwrap();
        assert_eq!(made, Made::ByParser(whole.clone()));
        assert_eq!(serde_json::from_value::<Made>(whole.clone()).unwrap(), made);
        assert_eq!(
            serde_json::from_str::<Made>(r#"{"inner":{}}"#).unwrap(),
            made
        );
    }

    #[test]
    fn every_other_type_is_parsed_as_by_serde_json() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct Unit;
        #[derive(Debug, PartialEq, Deserialize)]
        struct Newtype(u8);
        #[derive(Debug, PartialEq, Deserialize)]
        struct Pair(u8, u8);
        #[derive(Debug, PartialEq, Deserialize)]
        enum Choice {
            A,
            B { b: u8 },
        }

        fn same<T: serde::de::DeserializeOwned + PartialEq + fmt::Debug + 'static>(text: &str) {
            let own = RawEvent::from(text).parse::<T>();
            let expected = T::deserialize(&mut serde_json::Deserializer::from_str(text));
            let told = |parsed: Result<T, Error>| parsed.map_err(|error| error.to_string());
            assert_eq!(told(own), told(expected), "{text}");
        }

        for text in [
            "1",
            "-1",
            "300",
            "1.5",
            "null",
            "true",
            "\"A\"",
            "[1,2]",
            "{\"B\":{\"b\":1}}",
            "[",
            "",
        ] {
            same::<Value>(text);
            same::<bool>(text);
            same::<i8>(text);
            same::<i16>(text);
            same::<i32>(text);
            same::<i64>(text);
            same::<i128>(text);
            same::<u8>(text);
            same::<u16>(text);
            same::<u32>(text);
            same::<u64>(text);
            same::<u128>(text);
            same::<f64>(text);
            same::<char>(text);
            same::<String>(text);
            same::<Option<u8>>(text);
            same::<()>(text);
            same::<Unit>(text);
            same::<Newtype>(text);
            same::<Pair>(text);
            same::<(u8, u8)>(text);
            same::<Vec<u8>>(text);
            same::<std::collections::BTreeMap<String, Value>>(text);
            same::<Choice>(text);
        }
        let raw: Box<serde_json::value::RawValue> = RawEvent::from(" [1, 2]").parse().unwrap();
        assert_eq!(raw.get(), "[1, 2]");
    }
}
