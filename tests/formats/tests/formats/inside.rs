//! Payloads inside other types, where serde puts its own serializer between them and the format.

use std::collections::HashMap;
use std::fmt::Debug;

use dd_trace_runtime::{Traced, TracedPayload, Untraced};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::format::*;
use crate::trace::in_trace;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Plain {
    id: String,
    count: i32,
}

#[derive(Clone, Debug, PartialEq, TracedPayload, Deserialize)]
struct Order {
    id: String,
    count: i32,
}

#[derive(Clone, Debug, PartialEq, TracedPayload, Deserialize)]
#[datadog(binary)]
struct Binary {
    id: String,
    count: i32,
}

/// A value that serde's own derive can write and read back must survive with a traced payload inside, too.
fn survives<F: Format, P, T>(what: &str, plain: &P, traced: &T)
where
    P: Serialize + DeserializeOwned + PartialEq,
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let Ok(written) = F::write(plain) else {
        return;
    };
    let name = format!("{what} in {}", F::NAME);
    assert_eq!(
        F::write(traced).expect(&name),
        written,
        "{name}, outside of a trace"
    );
    let in_a_trace = in_trace(|| F::write(traced)).expect(&name);
    if F::read::<P>(&written).is_ok_and(|read| read == *plain) {
        assert_eq!(F::read::<T>(&in_a_trace).as_ref(), Ok(traced), "{name}");
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type")]
enum Internal<T> {
    Order(T),
    Nested(External<T>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "content")]
enum Adjacent<T> {
    Order(T),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum External<T> {
    Order(T),
    Pair(T, u8),
    Named { order: T, number: u8 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged<T> {
    Order(T),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Flattened<T> {
    number: u8,
    #[serde(flatten)]
    order: T,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct FlattenedMap<T> {
    #[serde(flatten)]
    orders: HashMap<String, T>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Newtype<T>(T);

macro_rules! containers {
    ($format:ident, $traced:ident: $($what:literal $wrap:expr;)*) => {
        $(
            let plain = $wrap(Plain { id: "1".into(), count: 2 });
            let traced = $wrap($traced { id: "1".into(), count: 2 });
            survives::<$format, _, _>($what, &plain, &traced);
        )*
    };
}

macro_rules! in_every_container {
    ($format:ident, $traced:ident) => {
        containers! { $format, $traced:
            "nothing" |order| order;
            "internally tagged" Internal::Order;
            "internally tagged, a newtype" |order| Internal::Nested(External::Order(order));
            "internally tagged, a tuple" |order| Internal::Nested(External::Pair(order, 1));
            "internally tagged, a struct" |order| Internal::Nested(External::Named { order, number: 1 });
            "adjacently tagged" |order| Adjacent::Order(order);
            "externally tagged" External::Order;
            "an externally tagged tuple" |order| External::Pair(order, 1);
            "an externally tagged struct" |order| External::Named { order, number: 1 };
            "untagged" |order| Untagged::Order(order);
            "flattened" |order| Flattened { number: 1, order };
            "a flattened map" |order| FlattenedMap { orders: HashMap::from([("a".to_owned(), order)]) };
            "a newtype" |order| Newtype(order);
            "an option" |order| Some(order);
            "a list" |order| vec![order];
            "a tuple" |order| (order, 1_u8);
            "a map" |order| HashMap::from([("a".to_owned(), order)]);
        }
    };
}

#[test]
fn a_payload_survives_in_every_format_and_container() {
    macro_rules! check {
        ($format:ident) => {
            in_every_container!($format, Order);
            // `Msgpack` counts members by default, and is therefore not for payloads in binary formats.
            if $format::NAME != Msgpack::NAME {
                in_every_container!($format, Binary);
            }
        };
    }
    for_each_format!(check);
}

#[test]
fn text_has_the_trace_context_through_serde_s_own_adapters() {
    let order = || Order {
        id: "1".into(),
        count: 2,
    };
    in_trace(|| {
        for text in [
            serde_json::to_string(&Internal::Order(order())),
            serde_json::to_string(&Internal::Nested(External::Pair(order(), 1))),
            serde_json::to_string(&Flattened {
                number: 1,
                order: order(),
            }),
        ] {
            assert!(text.as_ref().unwrap().contains("_datadog"), "{text:?}");
        }
        let yaml = serde_yaml_ng::to_string(&Internal::Order(order())).unwrap();
        assert!(yaml.contains("_datadog"), "{yaml}");
    });
}

#[test]
fn an_untraced_payload_is_stored_without() {
    let order = || Order {
        id: "1".into(),
        count: 2,
    };
    macro_rules! check {
        ($format:ident) => {
            let plain = $format::write(&order()).unwrap();
            in_trace(|| {
                assert_eq!(
                    $format::write(&Untraced(&order())).unwrap(),
                    plain,
                    "{}",
                    $format::NAME
                );
                assert_eq!(
                    $format::write(&Untraced(Traced::new(order()))).unwrap(),
                    plain,
                    "{}",
                    $format::NAME
                );
                let binary = Binary {
                    id: "1".into(),
                    count: 2,
                };
                assert_eq!(
                    $format::write(&Untraced(binary)).unwrap(),
                    plain,
                    "{}",
                    $format::NAME
                );
            });
        };
    }
    for_each_format!(check);
}

/// The payload, as a collection of payloads of several types holds it.
fn erased<T: Serialize + 'static>(payload: T) -> Box<dyn erased_serde::Serialize> {
    Box::new(payload)
}

#[test]
fn a_payload_whose_format_is_erased_has_its_trace_context_only_where_that_is_asked_for() {
    let (id, count) = ("1".to_owned(), 2);
    let order = erased(Order {
        id: id.clone(),
        count,
    });
    macro_rules! one {
        ($format:ident) => {
            let name = $format::NAME;
            let without = $format::write(&order);
            assert_eq!(in_trace(|| $format::write(&order)), without, "{name}");
        };
    }
    for_each_format!(one);
    let binary = erased(Binary { id, count });
    let written = in_trace(|| SerdeJson::write(&binary)).unwrap();
    let written = String::from_utf8(written).unwrap();
    assert!(written.contains(r#""x-datadog-trace-id":"7""#), "{written}");
}
