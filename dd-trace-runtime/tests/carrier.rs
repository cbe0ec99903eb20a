//! `Carrier`: a header map, and what it converts from and to.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

use std::collections::{BTreeMap, HashMap};

use dd_trace_runtime::Carrier;
use http::{HeaderMap, HeaderValue};
use opentelemetry::propagation::{Extractor, Injector};

fn carrier<const N: usize>(headers: [(&str, &str); N]) -> Carrier {
    headers.into_iter().collect()
}

fn json(text: &str) -> Vec<(String, String)> {
    let carrier = Carrier::from_json(text).expect("an object");
    carrier.into_iter().collect()
}

fn owned<const N: usize>(pairs: [(&str, &str); N]) -> [(String, String); N] {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned()))
}

#[test]
fn names_are_kept_in_lower_case_and_found_in_any() {
    let mut carrier = carrier([("X-Datadog-Trace-Id", "1"), ("X-Custom", "2")]);
    let names: Vec<_> = carrier.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["x-datadog-trace-id", "x-custom"]);
    assert_eq!(carrier.get("X-CUSTOM"), Some("2"));
    assert_eq!(carrier.remove("x-Custom").as_deref(), Some("2"));
    assert_eq!((carrier.len(), carrier.get("x-custom")), (1, None));
}

#[test]
fn a_name_set_again_keeps_its_place_and_takes_the_new_value() {
    let mut carrier = carrier([("a", "1"), ("b", "2")]);
    assert_eq!(carrier.insert("A", "3").as_deref(), Some("1"));
    assert_eq!(carrier.iter().collect::<Vec<_>>(), [("a", "3"), ("b", "2")]);
}

#[test]
fn carriers_are_equal_whatever_their_order() {
    let reordered = carrier([("B", "2"), ("A", "1")]);
    assert_eq!(carrier([("a", "1"), ("b", "2")]), reordered);
    assert_ne!(carrier([("a", "1")]), carrier([("a", "2")]));
    assert_ne!(carrier([("a", "1")]), reordered);
}

#[test]
fn maps_go_in_and_come_out() {
    let from_map = Carrier::from(HashMap::from(owned([("X-A", "1"), ("b", "2")])));
    let sorted = BTreeMap::from(owned([("b", "2"), ("x-a", "1")]));
    assert_eq!(BTreeMap::from(from_map.clone()), sorted);
    let unsorted: HashMap<String, String> = from_map.clone().into();
    assert_eq!(unsorted["x-a"], "1");
    assert_eq!(Carrier::from(sorted), from_map);
}

#[test]
fn pairs_of_any_text_are_collected_and_extend() {
    let pairs = vec![("a".to_owned(), "1".to_owned())];
    let mut carrier = pairs.into_iter().collect::<Carrier>();
    carrier.extend([("b", "2")]);
    carrier.extend([(http::header::HOST, String::from("x"))]);
    assert_eq!(carrier.len(), 3);
}

#[test]
fn http_headers_that_are_not_utf8_are_left_out() {
    let value = |bytes: &[u8]| HeaderValue::from_bytes(bytes).expect("a header value");
    let mut headers = HeaderMap::new();
    headers.insert("x-datadog-origin", value("é".as_bytes()));
    headers.insert("x-other", value(b"\xff"));
    let found = Carrier::from(&headers);
    assert_eq!(found, carrier([("x-datadog-origin", "é")]));
    assert_eq!(
        found.to_header_map()["x-datadog-origin"],
        value("é".as_bytes())
    );
}

#[test]
fn http_headers_sent_twice_are_joined_where_they_are_lists() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("tracestate", "a=1"),
        ("tracestate", "b=2"),
        ("traceparent", "00-1"),
        ("traceparent", "00-2"),
        ("baggage", "c=3"),
        ("x-datadog-trace-id", "1"),
        ("x-datadog-trace-id", "2"),
    ] {
        headers.append(name, HeaderValue::from_static(value));
    }
    let expected = carrier([
        ("tracestate", "a=1,b=2"),
        ("traceparent", "00-1,00-2"),
        ("baggage", "c=3"),
        ("x-datadog-trace-id", "1"),
    ]);
    assert_eq!(Carrier::from(&headers), expected);
}

#[test]
fn what_http_forbids_does_not_become_a_header() {
    let odd = carrier([("a", "1"), ("not a name", "2"), ("b", "line\nbreak")]);
    let headers = odd.to_header_map();
    assert_eq!(
        (headers.len(), &headers["a"]),
        (1, &HeaderValue::from_static("1"))
    );
}

#[test]
fn it_is_an_opentelemetry_extractor_and_injector() {
    let mut carrier = Carrier::new();
    Injector::set(&mut carrier, "TraceParent", "x".to_owned());
    assert_eq!(Extractor::get(&carrier, "TRACEPARENT"), Some("x"));
    assert_eq!(Extractor::keys(&carrier), ["traceparent"]);
    assert_eq!(Extractor::get_all(&carrier, "missing"), None);
}

#[test]
fn json_is_an_object_in_the_order_of_insertion() {
    let carrier = carrier([("b", "q\"é"), ("a", "1")]);
    assert_eq!(carrier.to_json_string(), r#"{"b":"q\"é","a":"1"}"#);
    assert_eq!(Carrier::from_json(&carrier.to_json_string()), Some(carrier));
    assert_eq!(Carrier::new().to_json_string(), "{}");
}

#[test]
fn members_of_other_types_are_ignored() {
    let text = r#"{
        "n": 1, "negative": -1, "big": 18446744073709551616, "f": -1.5,
        "b": true, "z": null, "o": {"x": {"y": [1]}}, "A": "1"
    }"#;
    assert_eq!(json(text), owned([("a", "1")]));
}

#[test]
fn a_list_gives_its_first_string() {
    let text = r#"{"a":["1","2"],"b":[1,["x"],{"k":"y"},"3",[]],"c":[],"d":[["x"]]}"#;
    assert_eq!(json(text), owned([("a", "1"), ("b", "3")]));
}

#[test]
fn deep_nesting_is_skipped_without_following_it() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    let text =
        format!(r#"{{"deep":{deep},"list":[{deep},"x",{deep}],"map":{{"k":{deep}}},"a":"1"}}"#);
    assert_eq!(json(&text), owned([("list", "x"), ("a", "1")]));
}

#[test]
fn a_value_that_the_parser_cannot_represent_is_skipped_alone() {
    let text = r#"{"huge":1e999,"half":"\ud800","a":"1"}"#;
    assert_eq!(json(text), owned([("a", "1")]));
}

#[test]
fn what_is_no_object_is_no_carrier() {
    for text in [
        "",
        "null",
        "1",
        "\"x\"",
        "[]",
        "[{}]",
        "{",
        "{} {}",
        r#"{"a":"1""#,
    ] {
        assert_eq!(Carrier::from_json(text), None, "{text}");
    }
}

#[test]
fn it_is_a_field_of_a_users_type() {
    #[derive(serde::Deserialize)]
    struct Order {
        #[serde(rename = "_datadog")]
        carrier: Carrier,
    }
    let value = serde_json::json!({"_datadog": {"X-Datadog-Trace-Id": "1", "other": 5}});
    let order: Order = serde_json::from_value(value).expect("an order");
    assert_eq!(order.carrier, carrier([("x-datadog-trace-id", "1")]));
}
