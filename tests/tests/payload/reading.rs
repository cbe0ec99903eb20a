//! Who reads the JSON with the same type sees what was written.

use std::collections::BTreeMap;
use std::fmt::Debug;

use dd_trace_runtime::TracedPayload;
use serde::{Deserialize, Serialize};

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
    rest: BTreeMap<String, serde_json::Value>,
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
    // Passed on, it is the newer context that must not stand beside the older one.
    let passed_on = in_trace(|| json(&read));
    assert_eq!(passed_on.matches("_datadog").count(), 1);
}
