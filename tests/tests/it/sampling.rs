//! Which traces are kept, as the agent and the next service are told.

use emulator::Span;
use serde_json::json;

use crate::harness::{NAME, Running};

fn metric(span: &Span, key: &str) -> Option<f64> {
    span.metrics.get(key).copied()
}

fn rules(rule: &serde_json::Value) -> String {
    json!([rule]).to_string()
}

#[tokio::test]
async fn a_rule_about_the_function_decides_and_the_decision_travels_with_its_rate() {
    let rule = json!({"service": "orders", "name": "aws.lambda", "resource": "O*", "tags": {"functionname": "?rders"}, "sample_rate": 1});
    let vars = [("DD_TRACE_SAMPLING_RULES", &*rules(&rule))];
    let running = Running::with("headers", &vars).await;
    let headers = running.response(json!({})).await;
    assert_eq!(headers["x-datadog-sampling-priority"], "2");
    let tags = headers["x-datadog-tags"].as_str().unwrap();
    assert!(tags.contains("_dd.p.dm=-3,_dd.p.ksr=1"), "{tags}");
    let root = running.root();
    assert_eq!(root.resource, NAME);
    assert_eq!(metric(&root, "_sampling_priority_v1"), Some(2.0));
    assert_eq!(metric(&root, "_dd.rule_psr"), Some(1.0));
    assert_eq!(metric(&root, "_dd.limit_psr"), Some(1.0));
    assert_eq!(root.meta["_dd.p.dm"], "-3");
    assert_eq!(root.meta["_dd.p.ksr"], "1");
}

#[tokio::test]
async fn a_trace_that_a_rule_drops_is_sent_with_that_priority_and_dropped_downstream() {
    let rule = json!({"resource": "orders", "sample_rate": 0});
    let vars = [("DD_TRACE_SAMPLING_RULES", &*rules(&rule))];
    let running = Running::with("headers", &vars).await;
    let headers = running.response(json!({})).await;
    assert_eq!(headers["x-datadog-sampling-priority"], "-1");
    let root = running.root();
    assert_eq!(metric(&root, "_sampling_priority_v1"), Some(-1.0));
    assert!(!root.meta.contains_key("_dd.p.dm"), "{:?}", root.meta);
}

#[tokio::test]
async fn a_producer_s_decision_holds_whatever_the_rules() {
    let rule = json!({"sample_rate": 0});
    let vars = [("DD_TRACE_SAMPLING_RULES", &*rules(&rule))];
    let running = Running::with("order", &vars).await;
    let producer = json!({
        "x-datadog-trace-id": "5",
        "x-datadog-parent-id": "6",
        "x-datadog-sampling-priority": "1",
        "x-datadog-tags": "_dd.p.dm=-1,_dd.p.ksr=0.25"
    });
    let event = json!({"orderId": "1", "_datadog": producer});
    running.response(event).await;
    let root = running.root();
    assert_eq!(metric(&root, "_sampling_priority_v1"), Some(1.0));
    assert_eq!(metric(&root, "_dd.rule_psr"), None);
    assert_eq!(root.meta["_dd.p.dm"], "-1");
    assert_eq!(root.meta["_dd.p.ksr"], "0.25");
}
