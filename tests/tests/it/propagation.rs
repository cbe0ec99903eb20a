//! From the event to the parent, and from the active span to the payload.

use emulator::Invocation;
use serde_json::{Value, json};

use crate::harness::Running;

fn carrier() -> Value {
    json!({
        "x-datadog-trace-id": "11",
        "x-datadog-parent-id": "12",
        "x-datadog-sampling-priority": "2",
        "x-datadog-origin": "rum",
        "x-datadog-tags": "_dd.p.tid=6553b9c700000000,_dd.p.dm=-4,_dd.p.usr=x"
    })
}

#[tokio::test]
async fn the_headers_of_an_event_give_the_parent_and_the_span_s_own_are_passed_on() {
    let running = Running::start("headers").await;
    let headers = running.response(json!({"headers": carrier()})).await;
    let root = running.root();
    assert_eq!((root.trace_id, root.parent_id), (11, 12));
    assert_eq!(root.meta["_dd.p.tid"], "6553b9c700000000");
    assert_eq!(headers["x-datadog-trace-id"], "11");
    assert_eq!(headers["x-datadog-parent-id"], root.span_id.to_string());
    assert_eq!(headers["x-datadog-origin"], "rum");
}

#[tokio::test]
async fn the_client_context_gives_the_parent() {
    let running = Running::start("headers").await;
    let invocation = Invocation {
        client_context: Some(json!({"custom": carrier()}).to_string()),
        ..Invocation::new("{}")
    };
    running.invoke(invocation).await;
    let root = running.root();
    assert_eq!((root.trace_id, root.parent_id), (11, 12));
}

#[tokio::test]
async fn the_sample_rate_decides_only_for_new_traces() {
    let running = Running::with("headers", &[("DD_TRACE_SAMPLE_RATE", "0")]).await;
    running.response(json!({})).await;
    running.response(json!({"headers": carrier()})).await;
    let roots = running.roots();
    assert_eq!(roots[0].metrics["_sampling_priority_v1"].to_string(), "-1");
    assert_eq!(roots[0].metrics["_dd.rule_psr"].to_string(), "0");
    assert_eq!(roots[1].metrics["_sampling_priority_v1"].to_string(), "2");
}

#[tokio::test]
async fn a_payload_carries_the_active_context_as_its_last_field_in_each_shape() {
    let running = Running::start("payloads").await;
    let payloads = running.response(json!({})).await;
    let root = running.root();
    let is_ours = |carrier: &Value| {
        assert_eq!(carrier["x-datadog-trace-id"], root.trace_id.to_string());
        assert_eq!(carrier["x-datadog-parent-id"], root.span_id.to_string());
    };
    let parse = |text: &Value| serde_json::from_str::<Value>(text.as_str().unwrap()).unwrap();

    let object = payloads[0].as_str().unwrap();
    assert!(
        object.starts_with(r#"{"orderId":"1","items":[{"sku":"a"}],"_datadog":{"#),
        "{object}"
    );
    is_ours(&parse(&payloads[0])["_datadog"]);
    is_ours(&parse(&parse(&payloads[1])["_datadog"]));
    let attribute = &parse(&payloads[2])["trace"];
    assert_eq!(attribute["DataType"], "String");
    is_ours(&parse(&attribute["StringValue"]));
}

#[tokio::test]
async fn the_styles_of_the_environment_are_read_and_written() {
    let running = Running::with("headers", &[("DD_TRACE_PROPAGATION_STYLE", "tracecontext")]).await;
    let headers = running.response(json!({"headers": carrier()})).await;
    let names: Vec<&String> = headers.as_object().unwrap().keys().collect();
    assert_eq!(names, ["traceparent", "tracestate"]);
    assert_eq!(
        running.root().parent_id,
        0,
        "Datadog's headers are not read"
    );
}
