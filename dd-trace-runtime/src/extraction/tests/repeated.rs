//! HTTP headers that were sent more than once.

use lambda_runtime::Context;
use serde_json::{Value, json};

use super::settings;
use crate::context::trace_context::TraceContext;
use crate::event::raw::RawEvent;
use crate::extraction::{extract, extract_all};

const PARENT: &str = "00-0000000000000000000000000000007b-0000000000000141-01";
const OTHER: &str = "00-0000000000000000000000000000007c-0000000000000142-01";

fn found(event: &Value) -> Option<TraceContext> {
    let event = RawEvent::from(event.to_string());
    let lambda = Context::default();
    let parent = extract(&event, &lambda, &settings());
    let settings = settings();
    let upstream = extract_all(&event, &lambda, &settings);
    assert_eq!(upstream.parent, parent, "{event:?}");
    parent.map(|parent| parent.context)
}

/// The shapes in which sources hand over headers that were sent more than once.
fn shapes(headers: &Value) -> [Value; 4] {
    let last: serde_json::Map<String, Value> = headers
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, values)| {
            (
                name.clone(),
                values.as_array().unwrap().last().unwrap().clone(),
            )
        })
        .collect();
    [
        // A load balancer's, API Gateway's, VPC Lattice's, and AppSync's.
        json!({"multiValueHeaders": headers}),
        json!({"headers": last, "multiValueHeaders": headers, "requestContext": {}}),
        json!({"headers": headers}),
        json!({"request": {"headers": headers}}),
    ]
}

#[test]
fn the_values_of_a_list_are_combined_in_their_order() {
    let headers = json!({
        "Traceparent": [PARENT],
        "tracestate": ["a=1", "dd=s:2;o:rum", "b=2"],
        "BAGGAGE": ["user.id=1,tier=gold", "cart=3"],
    });
    for event in shapes(&headers) {
        let context = found(&event).unwrap();
        assert_eq!(context.sampling_priority(), Some(2), "{event}");
        assert_eq!(context.origin(), Some("rum"), "{event}");
        assert_eq!(context.vendor_members(), "a=1,b=2", "{event}");
        let baggage: Vec<_> = context.baggage().collect();
        let expected = [("user.id", "1"), ("tier", "gold"), ("cart", "3")];
        assert_eq!(baggage, expected, "{event}");
    }
}

#[test]
fn two_traceparents_are_none() {
    for other in [OTHER, PARENT, ""] {
        for event in shapes(&json!({"traceparent": [PARENT, other]})) {
            assert_eq!(found(&event), None, "{event}");
        }
    }
}

#[test]
fn two_traceparents_don_t_cost_the_trace_of_another_style() {
    let headers = json!({
        "traceparent": [PARENT, OTHER],
        "x-datadog-trace-id": ["11"],
        "x-datadog-parent-id": ["12"],
    });
    for event in shapes(&headers) {
        let context = found(&event).unwrap();
        assert_eq!(
            (context.trace_id(), context.parent_id()),
            (11, 12),
            "{event}"
        );
    }
}

#[test]
fn what_is_no_text_in_a_list_is_passed_over() {
    let headers = json!({"traceparent": [null, PARENT, 3], "tracestate": [[], "a=1", {}, "b=2"]});
    let context = found(&json!({"headers": headers})).unwrap();
    assert_eq!(context.vendor_members(), "a=1,b=2");
    let headers = json!({"traceparent": PARENT, "tracestate": []});
    assert!(found(&json!({"headers": headers})).is_some());
}
