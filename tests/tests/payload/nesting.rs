//! Traced types inside traced types, in other shapes, and in wrappers.

use std::collections::BTreeMap;

use dd_trace_runtime::{CarrierShape, TraceContext, Traced, TracedPayload};
use serde::Serialize;
use serde_json::{Value, json};

use crate::compare::{ADDED, Shape, compare, in_trace, json, with_added};

#[derive(TracedPayload)]
struct Item {
    sku: u8,
}

#[derive(TracedPayload)]
struct Order {
    first: Item,
    items: Vec<Item>,
    by_sku: BTreeMap<u8, Item>,
    #[serde(flatten)]
    flattened: Item,
}

#[derive(Serialize)]
struct PlainItem {
    sku: u8,
}

#[derive(Serialize)]
struct PlainOrder {
    first: PlainItem,
    items: Vec<PlainItem>,
    by_sku: BTreeMap<u8, PlainItem>,
    #[serde(flatten)]
    flattened: PlainItem,
}

fn order() -> Order {
    let item = |sku| Item { sku };
    Order {
        first: item(1),
        items: vec![item(2), item(3)],
        by_sku: BTreeMap::from([(4, item(4))]),
        flattened: item(5),
    }
}

#[test]
fn a_traced_type_inside_a_traced_type_adds_one_field_only() {
    let item = |sku| PlainItem { sku };
    let plain = PlainOrder {
        first: item(1),
        items: vec![item(2), item(3)],
        by_sku: BTreeMap::from([(4, item(4))]),
        flattened: item(5),
    };
    compare(&Shape::Object, &order(), &plain);
}

#[test]
fn one_payload_after_the_other_has_its_field() {
    in_trace(|| {
        let payloads = [Item { sku: 1 }, Item { sku: 2 }];
        let one = with_added(r#"{"sku":1}"#);
        let two = with_added(r#"{"sku":2}"#);
        assert_eq!(json(&payloads), format!("[{one},{two}]"));
    });
}

#[test]
fn a_payload_that_fails_leaves_the_next_one_its_field() {
    #[derive(TracedPayload)]
    struct Failing {
        by_pair: BTreeMap<(u8, u8), u8>,
    }
    in_trace(|| {
        let failing = Failing {
            by_pair: BTreeMap::from([((1, 2), 3)]),
        };
        serde_json::to_string(&failing).unwrap_err();
        assert_eq!(json(&Item { sku: 1 }), with_added(r#"{"sku":1}"#));
    });
}

#[test]
fn a_plain_type_around_a_traced_one_has_the_field_where_the_traced_one_is() {
    #[derive(Serialize)]
    struct Envelope {
        item: Item,
    }
    in_trace(|| {
        let inner = with_added(r#"{"sku":1}"#);
        let envelope = Envelope {
            item: Item { sku: 1 },
        };
        assert_eq!(json(&envelope), format!(r#"{{"item":{inner}}}"#));
    });
}

#[test]
fn each_carrier_is_the_same_headers_in_another_shape_under_the_key_that_was_asked_for() {
    #[derive(TracedPayload)]
    #[datadog(carrier = "json", field = "trace")]
    struct Text {
        id: u8,
    }
    #[derive(TracedPayload)]
    #[datadog(carrier = "attribute")]
    struct Attribute {
        id: u8,
    }
    in_trace(|| {
        let (_, headers) = ADDED.split_once(':').unwrap();
        let quoted = serde_json::to_string(headers).unwrap();
        assert_eq!(
            json(&Text { id: 1 }),
            format!(r#"{{"id":1,"trace":{quoted}}}"#)
        );
        assert_eq!(
            json(&Attribute { id: 1 }),
            format!(r#"{{"id":1,"_datadog":{{"DataType":"String","StringValue":{quoted}}}}}"#)
        );
    });
}

#[test]
fn a_context_that_flatten_brings_is_replaced() {
    #[derive(TracedPayload)]
    struct Forwarded {
        #[serde(flatten)]
        rest: BTreeMap<String, Value>,
    }
    let forwarded = |rest| Forwarded { rest };
    let theirs = || BTreeMap::from([("_datadog".to_owned(), json!("theirs"))]);
    in_trace(|| {
        assert_eq!(json(&forwarded(theirs())), with_added("{}"));
    });
    assert_eq!(json(&forwarded(theirs())), r#"{"_datadog":"theirs"}"#);
}

#[test]
fn an_object_behind_an_option_or_a_newtype_has_the_field() {
    #[derive(Serialize)]
    struct Newtype(PlainItem);
    #[derive(TracedPayload)]
    #[serde(transparent)]
    struct Maybe(Option<PlainItem>);
    #[derive(TracedPayload)]
    #[serde(transparent)]
    struct Nested {
        inner: Box<Option<Newtype>>,
    }
    let item = || PlainItem { sku: 1 };
    let shape = Shape::Object;
    compare(&shape, &Maybe(Some(item())), &item());
    compare(&Shape::Other, &Maybe(None), &());
    let inner = Box::new(Some(Newtype(item())));
    compare(&shape, &Nested { inner }, &item());
    compare(&shape, &Traced::new(Some(item())), &Some(item()));
    compare(&shape, &Traced::new(Newtype(item())), &item());
    compare(
        &shape,
        &Traced::new(Some(json!({"a": 1}))),
        &json!({"a": 1}),
    );
}

#[test]
fn a_list_has_the_field_in_each_object() {
    #[derive(TracedPayload)]
    #[serde(transparent)]
    struct Items(Vec<Item>);
    let one = with_added(r#"{"sku":1}"#);
    let list = format!("[{one},{one}]");
    in_trace(|| {
        let items = || vec![Item { sku: 1 }, Item { sku: 1 }];
        assert_eq!(json(&items()), list);
        assert_eq!(json(&Items(items())), list);
        assert_eq!(json(&Traced::new(items())), list);
        let plain = vec![PlainItem { sku: 1 }, PlainItem { sku: 1 }];
        assert_eq!(json(&Traced::new(plain)), list);
    });
}

#[test]
fn a_derived_type_may_be_in_a_list_of_its_own() {
    #[derive(TracedPayload)]
    #[serde(transparent)]
    struct Tree(Vec<Self>);
    in_trace(|| assert_eq!(json(&Tree(vec![Tree(Vec::new())])), "[[]]"));
}

#[test]
fn a_foreign_type_in_traced_is_as_a_traced_type() {
    compare(
        &Shape::Object,
        &Traced::new(PlainItem { sku: 1 }),
        &PlainItem { sku: 1 },
    );
    compare(
        &Shape::Object,
        &Traced::new(json!({"a": [1], "b": {}})),
        &json!({"a": [1], "b": {}}),
    );
    for other in [json!("text"), json!(1), json!([1, []]), json!(null)] {
        compare(&Shape::Other, &Traced::new(&other), &other);
    }
    compare(&Shape::Other, &Traced::new(Some(1)), &Some(1));
}

#[test]
fn an_explicit_context_comes_before_the_active_one() {
    in_trace(|| {
        let explicit = Traced::with_context(json!({}), TraceContext::new(1, 2, Some(2)));
        let value = serde_json::to_value(explicit.carrier(CarrierShape::Object)).unwrap();
        assert_eq!(value["_datadog"]["x-datadog-trace-id"], "1");
        assert_eq!(value["_datadog"]["x-datadog-parent-id"], "2");
        assert_eq!(value["_datadog"]["x-datadog-sampling-priority"], "2");
    });
}

#[test]
fn a_traced_type_in_traced_adds_one_field_only() {
    in_trace(|| {
        let text = json(&Traced::new(Item { sku: 1 }));
        assert_eq!(text, with_added(r#"{"sku":1}"#));
    });
}
