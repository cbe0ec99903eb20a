//! Payloads as text.

use std::collections::BTreeMap;
use std::io;

use serde::ser::{Error as _, SerializeStruct};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::carrier::CarrierValue;
use super::object::Object;
use super::reach::EachObject;
use super::scope::Scope;
use super::serializer::Field;
use super::{CarrierShape, PayloadField, Traced, add_carrier};
use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;

/// A payload with a carrier of one header.
struct WithHeader<'a, T>(&'a T, CarrierShape);

impl<T: Serialize> Serialize for WithHeader<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let carrier: Carrier = [("x-datadog-trace-id", "1")].into_iter().collect();
        let field = PayloadField::new("_datadog", self.1);
        let Some(_scope) = Scope::enter() else {
            return self.0.serialize(serializer);
        };
        add_carrier::<_, EachObject, _>(&field, &carrier, serializer, |serializer| {
            self.0.serialize(serializer)
        })
    }
}

fn text<T: Serialize>(payload: &T) -> String {
    serde_json::to_string(&WithHeader(payload, CarrierShape::Object)).unwrap()
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
    let shaped = |shape| serde_json::to_value(WithHeader(&json!({}), shape)).unwrap();
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
fn a_member_of_that_name_is_replaced() {
    let theirs = json!({"_datadog": "theirs", "id": 1});
    assert_eq!(
        text(&theirs),
        r#"{"id":1,"_datadog":{"x-datadog-trace-id":"1"}}"#
    );
}

#[test]
fn the_object_is_found_through_options_newtypes_and_lists() {
    #[derive(Serialize)]
    struct Newtype<T>(T);
    #[derive(Serialize)]
    struct Pair(Order, Order);

    let with = r#"{"id":1,"_datadog":{"x-datadog-trace-id":"1"}}"#;
    let order = || Order { id: 1 };
    assert_eq!(text(&Some(order())), with);
    assert_eq!(text(&Some(json!({"id": 1}))), with);
    assert_eq!(text(&Newtype(order())), with);
    assert_eq!(text(&Newtype(Some(Box::new(Newtype(order()))))), with);
    let two = format!("[{with},{with}]");
    assert_eq!(text(&[order(), order()]), two);
    assert_eq!(text(&vec![order(), order()]), two);
    assert_eq!(text(&(order(), Some(order()))), two);
    assert_eq!(text(&Pair(order(), order())), two);
    assert_eq!(
        text(&json!([1, [{"id": 1}], null])),
        format!("[1,[{with}],null]")
    );
}

#[test]
fn what_an_enum_holds_adds_its_own() {
    #[derive(Serialize)]
    enum Event {
        One(Traced<Value>),
        Two(Traced<Value>, u8),
        Named { order: Traced<Value> },
    }
    let context = TraceContext::new(5, 6, Some(2));
    let order = || Traced::with_context(json!({"id": 1}), context.clone());
    let events = [
        Event::One(order()),
        Event::Two(order(), 1),
        Event::Named { order: order() },
    ];
    let text = text(&events);
    assert_eq!(
        text.matches(r#""x-datadog-trace-id":"5""#).count(),
        3,
        "{text}"
    );
    assert!(!text.contains(r#""x-datadog-trace-id":"1""#), "{text}");
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

#[test]
fn an_explicit_context_stands_inside_a_value_that_has_none() {
    let inner = Traced::with_context(json!({}), TraceContext::new(5, 6, Some(2)));
    let text = serde_json::to_string(&Traced::new(BTreeMap::from([("inner", inner)]))).unwrap();
    assert!(
        text.starts_with(r#"{"inner":{"_datadog":{"x-datadog-trace-id":"5""#),
        "{text}"
    );
}

/// A writer that fails once, as a socket does that has no room now.
struct FailsAt {
    calls: usize,
    failing: usize,
}

impl io::Write for FailsAt {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        if self.calls == self.failing {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_writer_that_fails_anywhere_in_the_carrier_fails_the_payload() {
    for shape in [
        CarrierShape::Object,
        CarrierShape::Json,
        CarrierShape::Attribute,
    ] {
        let write = |failing| {
            let mut writer = FailsAt { calls: 0, failing };
            let order = Order { id: 1 };
            let result = serde_json::to_writer(&mut writer, &WithHeader(&order, shape));
            (writer.calls, result)
        };
        let (calls, result) = write(0);
        result.unwrap();
        for failing in 1..=calls {
            let (_, result) = write(failing);
            assert!(result.is_err(), "{shape:?}: write {failing} of {calls}");
        }
    }
}

/// A record whose schema knows one field.
struct Record(Vec<&'static str>);

impl SerializeStruct for Record {
    type Ok = Vec<&'static str>;
    type Error = serde_json::Error;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        _: &T,
    ) -> serde_json::Result<()> {
        if name != "id" {
            return Err(serde_json::Error::custom("no such field"));
        }
        self.0.push(name);
        Ok(())
    }

    fn end(self) -> serde_json::Result<Self::Ok> {
        Ok(self.0)
    }
}

#[test]
fn a_schema_without_the_added_member_gets_the_others() {
    let carrier: Carrier = [("x-datadog-trace-id", "1")].into_iter().collect();
    let write = |may_be_refused| {
        let value = CarrierValue {
            carrier: &carrier,
            shape: CarrierShape::Object,
        };
        let field = Field {
            name: "_datadog",
            value,
            may_be_refused,
        };
        let mut record = Object::new(Record(Vec::new()), Some(field));
        record.serialize_field("id", &1)?;
        record.end()
    };
    assert_eq!(write(true).unwrap(), ["id"]);
    assert!(
        write(false).is_err(),
        "a format that refuses no name failed"
    );
}
