//! The payload's own type can read what it wrote.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use dd_trace_runtime::TracedPayload;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::compare::{in_trace, json};

#[track_caller]
fn comes_back<T: Serialize + for<'de> Deserialize<'de> + PartialEq + Debug>(payload: &T) {
    let text = in_trace(|| json(payload));
    assert!(text.contains("_datadog"), "{text}");
    assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), payload);
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<Self>,
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Event {
    Placed { id: u8 },
    Closed,
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
#[serde(tag = "type", content = "content")]
enum Adjacent {
    Pair(u8, u8),
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Placed { id: u8 },
}

#[derive(Debug, PartialEq, TracedPayload, Deserialize)]
struct Generic<T> {
    value: T,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[test]
fn a_payload_is_read_by_its_own_type() {
    let part = Order {
        order_id: "2".into(),
        parts: Vec::new(),
    };
    comes_back(&Order {
        order_id: "1".into(),
        parts: vec![part],
    });
    comes_back(&Event::Placed { id: 1 });
    comes_back(&Event::Closed);
    comes_back(&Adjacent::Pair(1, 2));
    comes_back(&Untagged::Placed { id: 1 });
}

#[test]
fn a_flattened_map_reads_the_carrier_as_one_of_its_members() {
    let written = Generic {
        value: 1,
        rest: BTreeMap::new(),
    };
    let text = in_trace(|| json(&written));
    let read: Generic<u8> = serde_json::from_str(&text).unwrap();
    assert_eq!(read.value, 1);
    assert_eq!(read.rest.keys().collect::<Vec<_>>(), ["_datadog"]);
    // When the payload is passed on, the new context replaces the old one.
    let passed_on = in_trace(|| json(&read));
    assert_eq!(passed_on.matches("_datadog").count(), 1);
}

/// The context that a payload carries. Its own type must be able to read the payload.
#[track_caller]
fn carried<T: Serialize + DeserializeOwned>(payload: &T) -> &'static str {
    let text = in_trace(|| json(payload));
    let read = serde_json::from_str::<T>(&text).map(|_| ());
    assert!(read.is_ok(), "{text}: {read:?}");
    shape(&text)
}

fn shape(json: &str) -> &'static str {
    let value: Value = serde_json::from_str(json).unwrap();
    match &value["_datadog"] {
        Value::Object(_) => "object",
        Value::String(text) => {
            assert!(serde_json::from_str::<BTreeMap<String, String>>(text).is_ok());
            "text"
        }
        _ => "nothing",
    }
}

type Texts = HashMap<String, String>;

/// A payload with a flattened field of that type, and the context that it carries.
macro_rules! flattened {
    ($($type:ty => $carried:literal;)*) => {
        $({
            #[derive(TracedPayload, Deserialize)]
            struct Payload {
                id: u8,
                #[serde(flatten)]
                rest: $type,
            }
            let rest = Default::default();
            assert_eq!(carried(&Payload { id: 1, rest }), $carried, stringify!($type));
        })*
    };
}

#[derive(Default, Serialize, Deserialize)]
struct Newtype(BTreeMap<String, String>);

#[derive(Default, Serialize, Deserialize)]
struct Named {
    name: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
struct Open {
    #[serde(flatten)]
    texts: Texts,
}

#[test]
fn a_flattened_part_gets_what_it_can_read() {
    flattened! {
        HashMap<String, Value> => "object";
        BTreeMap<String, Texts> => "object";
        serde_json::Map<String, Value> => "object";
        Option<HashMap<String, Value>> => "object";
        Named => "object";
        Option<Named> => "object";
        () => "object";
        HashMap<String, String> => "text";
        BTreeMap<String, Box<str>> => "text";
        BTreeMap<String, Option<String>> => "text";
        Texts => "text";
        Option<Texts> => "text";
        Newtype => "text";
        Open => "text";
        BTreeMap<String, f64> => "nothing";
        BTreeMap<String, u8> => "nothing";
        BTreeMap<u8, String> => "nothing";
    }
}

#[test]
fn a_whole_payload_gets_what_it_can_read() {
    #[derive(TracedPayload, Deserialize)]
    #[serde(transparent)]
    struct Transparent(Texts);
    #[derive(TracedPayload, Deserialize)]
    #[serde(transparent)]
    struct Numbers(Option<BTreeMap<String, u8>>);
    #[derive(Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Strict {
        id: u8,
    }
    #[derive(TracedPayload, Deserialize)]
    #[serde(transparent)]
    struct Closed(Strict);
    #[derive(TracedPayload, Deserialize)]
    #[serde(tag = "type")]
    enum Event {
        Texts(Texts),
    }
    #[derive(Clone, TracedPayload, Deserialize)]
    #[serde(from = "Texts", into = "Texts")]
    struct Converted(Texts);
    impl From<Texts> for Converted {
        fn from(texts: Texts) -> Self {
            Self(texts)
        }
    }
    impl From<Converted> for Texts {
        fn from(converted: Converted) -> Self {
            converted.0
        }
    }
    let texts = || Texts::from([("id".to_owned(), "1".to_owned())]);
    assert_eq!(carried(&Transparent(texts())), "text");
    let numbers = BTreeMap::from([("id".to_owned(), 1)]);
    assert_eq!(carried(&Numbers(Some(numbers))), "nothing");
    assert_eq!(carried(&Closed(Strict { id: 1 })), "nothing");
    assert_eq!(carried(&Event::Texts(texts())), "text");
    assert_eq!(carried(&Converted(texts())), "text");
}

#[test]
fn a_generic_payload_is_read_as_any_other() {
    #[derive(TracedPayload, Deserialize)]
    struct Payload<T, U> {
        value: T,
        #[serde(flatten)]
        more: U,
        #[serde(flatten)]
        rest: Texts,
    }
    let payload = Payload {
        value: 1,
        more: Named::default(),
        rest: Texts::new(),
    };
    assert_eq!(carried(&payload), "text");
}

#[test]
fn a_payload_that_nobody_reads_by_its_type_holds_an_object() {
    #[derive(TracedPayload)]
    struct Written {
        #[serde(flatten)]
        rest: Texts,
    }
    #[derive(TracedPayload, Deserialize)]
    struct ReadOtherwise {
        #[serde(flatten, skip_deserializing)]
        rest: Texts,
        #[serde(flatten, deserialize_with = "nothing")]
        more: Texts,
    }
    fn nothing<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Texts::new())
    }
    let rest = Texts::new;
    assert_eq!(
        shape(&in_trace(|| json(&Written { rest: rest() }))),
        "object"
    );
    let payload = ReadOtherwise {
        rest: rest(),
        more: rest(),
    };
    assert_eq!(carried(&payload), "object");
}
