//! Payloads as text.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::{CarrierShape, OnConflict, PayloadField, Traced, add_carrier};
use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;

/// A payload with a carrier of one header.
struct WithHeader<'a, T>(&'a T, CarrierShape, OnConflict);

impl<T: Serialize> Serialize for WithHeader<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let carrier: Carrier = [("x-datadog-trace-id", "1")].into_iter().collect();
        let field = PayloadField {
            carrier: self.1,
            ..PayloadField::default()
        };
        add_carrier(&field, &carrier, self.2, serializer, |serializer| {
            self.0.serialize(serializer)
        })
    }
}

fn text<T: Serialize>(payload: &T) -> String {
    serde_json::to_string(&WithHeader(payload, CarrierShape::Object, OnConflict::Keep)).unwrap()
}

#[derive(Serialize)]
struct Order {
    id: u8,
}

#[test]
fn the_carrier_is_the_last_field_of_a_struct_and_of_a_map() {
    let with = r#"{"id":1,"_datadog":{"x-datadog-trace-id":"1"}}"#;
    assert_eq!(text(&Order { id: 1 }), with);
    assert_eq!(text(&BTreeMap::from([("id", 1)])), with);
    assert_eq!(text(&json!({"id": 1})), with);
    assert_eq!(
        text(&json!({})),
        r#"{"_datadog":{"x-datadog-trace-id":"1"}}"#
    );
}

#[test]
fn each_shape_holds_the_same_headers() {
    let shaped =
        |shape| serde_json::to_value(WithHeader(&json!({}), shape, OnConflict::Keep)).unwrap();
    let headers = r#"{"x-datadog-trace-id":"1"}"#;
    assert_eq!(shaped(CarrierShape::Json)["_datadog"], headers);
    assert_eq!(
        shaped(CarrierShape::Attribute)["_datadog"],
        json!({"DataType": "String", "StringValue": headers})
    );
}

#[test]
fn what_is_not_an_object_passes_unchanged() {
    #[derive(Serialize)]
    enum Event {
        Placed { id: u8 },
        Gone,
        Both(u8, u8),
        One(u8),
    }
    for (payload, unchanged) in [
        (text(&1_u8), "1"),
        (text(&"text"), r#""text""#),
        (text(&[1, 2]), "[1,2]"),
        (text(&Option::<u8>::None), "null"),
        (text(&Event::Placed { id: 1 }), r#"{"Placed":{"id":1}}"#),
        (text(&Event::Gone), r#""Gone""#),
        (text(&Event::Both(1, 2)), r#"{"Both":[1,2]}"#),
        (text(&Event::One(1)), r#"{"One":1}"#),
    ] {
        assert_eq!(payload, unchanged);
    }
}

#[test]
fn text_that_is_json_already_passes_unchanged() {
    let raw = RawValue::from_string(r#"{ "id" : 1 }"#.to_owned()).unwrap();
    assert_eq!(text(&raw), r#"{ "id" : 1 }"#);
}

#[test]
fn a_field_of_that_name_stays_or_is_replaced() {
    let theirs = json!({"_datadog": "theirs", "id": 1});
    assert_eq!(text(&theirs), theirs.to_string());
    let replaced = serde_json::to_string(&WithHeader(
        &theirs,
        CarrierShape::Object,
        OnConflict::Replace,
    ));
    assert_eq!(
        replaced.unwrap(),
        r#"{"id":1,"_datadog":{"x-datadog-trace-id":"1"}}"#
    );
}

#[test]
fn a_context_of_its_own_needs_no_active_one() {
    let payload = Traced::with_context(json!({"id": 1}), TraceContext::new(5, 6, Some(2)));
    let value = serde_json::to_value(&payload).unwrap();
    assert_eq!(value["_datadog"]["x-datadog-trace-id"], "5");
    assert_eq!(value["_datadog"]["x-datadog-parent-id"], "6");
}

#[test]
fn without_an_active_context_nothing_is_added() {
    assert_eq!(
        serde_json::to_string(&Traced::new(json!({"id": 1}))).unwrap(),
        r#"{"id":1}"#
    );
}

#[test]
fn a_traced_value_inside_a_traced_value_adds_no_second_field() {
    #[derive(Serialize)]
    struct Envelope {
        order: Traced<Value>,
        again: Traced<Value>,
    }
    let context = TraceContext::new(5, 6, Some(2));
    let order = Traced::with_context(json!({"id": 1}), context.clone());
    let again = order.clone();
    let envelope = Envelope { order, again };
    let text = serde_json::to_string(&Traced::with_context(envelope, context)).unwrap();
    assert!(
        text.starts_with(r#"{"order":{"id":1},"again":{"id":1},"_datadog":{"#),
        "{text}"
    );
}
