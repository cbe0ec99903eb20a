//! One trace, from the producer through the function to the next service.

use emulator::{Agent, Span};
use serde_json::{Value, json};

use crate::events::{HIGH, KEPT, PARENT_ID, Producer};
use crate::harness::Running;

const TRACEPARENT: &str = "traceparent";
const PRIORITY: &str = "x-datadog-sampling-priority";

/// Asserts that the headers pass on everything that doesn't belong to one span.
fn assert_goes_on(headers: &Value, producer: &Producer, from: &Span) {
    let sampled = u8::from(producer.priority > 0);
    let trace_id = format!("{HIGH:016x}{:016x}", producer.trace_id);
    let traceparent = format!("00-{trace_id}-{:016x}-0{sampled}", from.span_id);
    assert_eq!(headers["x-datadog-trace-id"], producer.trace_id.to_string());
    assert_eq!(headers["x-datadog-parent-id"], from.span_id.to_string());
    assert_eq!(headers[PRIORITY], producer.priority.to_string());
    assert_eq!(headers["x-datadog-origin"], "synthetics-browser");
    assert_eq!(headers[TRACEPARENT], traceparent);
    assert_eq!(headers["baggage"], "user.id=7");
    let tags = headers["x-datadog-tags"].as_str().unwrap();
    let mut tags: Vec<&str> = tags.split(',').collect();
    tags.sort_unstable();
    let tid = format!("_dd.p.tid={HIGH:016x}");
    assert_eq!(tags, ["_dd.p.dm=-4", "_dd.p.team=a", &tid]);
    let state = headers["tracestate"].as_str().unwrap();
    let (ours, others) = state.split_once(',').unwrap();
    assert!(
        ours.starts_with(&format!("dd=s:{};", producer.priority)),
        "{state}"
    );
    assert_eq!(others, "other=1");
}

fn priority_of(span: &Span) -> String {
    span.metrics["_sampling_priority_v1"].to_string()
}

#[tokio::test]
async fn a_trace_goes_through_with_its_ids_priority_origin_tags_vendors_and_baggage() {
    for priority in [2, 1, 0, -1] {
        let producer = Producer {
            trace_id: 11,
            priority,
        };
        let running = Running::start("official").await;
        let response = running.response(&producer.event()).await;
        let (root, place) = (running.span("aws.lambda"), running.span("internal"));
        for span in [&root, &place] {
            assert_eq!(
                (span.trace_id, span.trace_id_high),
                (11, HIGH),
                "{priority}"
            );
            assert_eq!(priority_of(span), priority.to_string());
            assert_eq!(span.meta["_dd.origin"], "synthetics-browser");
            assert_eq!(span.meta["_dd.p.dm"], "-4");
        }
        assert_eq!((root.parent_id, place.parent_id), (PARENT_ID, root.span_id));
        assert_eq!(root.meta["_dd.p.team"], "a");
        assert_goes_on(&response["headers"], &producer, &place);
        assert_goes_on(&response["payload"]["_datadog"], &producer, &place);
        assert_goes_on(&response["client"], &producer, &place);
    }
}

/// The priority of the span, and the headers that are passed on.
async fn decided(event: &Value, variables: &[(&str, &str)]) -> (String, Value) {
    let running = Running::with("official", variables, Agent::start().await.unwrap()).await;
    let response = running.response(event).await;
    let root = running.span("aws.lambda");
    (priority_of(&root), response["headers"].clone())
}

#[tokio::test]
async fn the_official_sampler_s_decision_on_a_new_trace_is_passed_on() {
    let rules = |rate| format!(r#"[{{"sample_rate":{rate}}}]"#);
    for (rate, priority) in [(1, 2), (0, -1)] {
        let rules = [("DD_TRACE_SAMPLING_RULES", &*rules(rate))];
        let (of_span, headers) = decided(&json!({}), &rules).await;
        assert_eq!(of_span, priority.to_string());
        assert_eq!(headers[PRIORITY], priority.to_string());
        let tags = headers["x-datadog-tags"].as_str().unwrap();
        assert!(tags.contains("_dd.p.dm=-3"), "by a rule: {tags}");
    }
}

#[tokio::test]
async fn a_trace_that_a_browser_left_undecided_is_decided_by_the_official_sampler() {
    let event = json!({"headers": {
        "x-datadog-trace-id": "11",
        "x-datadog-parent-id": "12",
        "x-datadog-origin": "rum",
    }});
    for (rules, priority) in [
        (r#"[{"sample_rate":1}]"#, 2),
        (r#"[{"sample_rate":0}]"#, -1),
    ] {
        let (of_span, headers) = decided(&event, &[("DD_TRACE_SAMPLING_RULES", rules)]).await;
        assert_eq!(of_span, priority.to_string());
        assert_eq!(headers[PRIORITY], priority.to_string());
        assert_eq!(headers["x-datadog-trace-id"], "11");
        assert_eq!(headers["x-datadog-origin"], "rum");
    }
}

#[tokio::test]
async fn a_restarted_trace_has_one_link_to_the_producer_s() {
    let restart = [("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", "restart")];
    let running = Running::with("official", &restart, Agent::start().await.unwrap()).await;
    running.response(&KEPT.event()).await;
    let root = running.span("aws.lambda");
    assert_ne!(root.trace_id, KEPT.trace_id);
    let [link] = root.span_links.as_slice() else {
        panic!("{:?}", root.span_links);
    };
    assert_eq!((link.trace_id, link.span_id), (KEPT.trace_id, PARENT_ID));
    assert_eq!(link.attributes["reason"], "propagation_behavior_extract");
}
