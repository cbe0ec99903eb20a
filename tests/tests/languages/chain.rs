//! Rust → Python → Node → Rust: each reads the carrier of the one before.

use std::collections::BTreeSet;

use emulator::Span;
use serde_json::{Value, json};
use tests_support::TestAgent;

use crate::forms::{self, Form};
use crate::hop;

/// The producer before the chain, with everything that a carrier can carry.
fn producer() -> Value {
    json!({
        "x-datadog-trace-id": "11",
        "x-datadog-parent-id": "12",
        "x-datadog-sampling-priority": "2",
        "x-datadog-origin": "rum",
        "x-datadog-tags": "_dd.p.tid=6553b9c700000000,_dd.p.dm=-4,_dd.p.usr.id=7",
        "traceparent": "00-6553b9c700000000000000000000000b-000000000000000c-01",
        "tracestate": "dd=s:2;o:rum;t.dm:-4;t.usr.id:7,vendor=1",
        "baggage": "user=alice",
    })
}

/// The parts of the producer's context that are still in a carrier.
fn kept(carrier: &Value) -> BTreeSet<&'static str> {
    let has = |header: &str, part: &str| {
        let value = carrier[header].as_str().unwrap_or_default();
        value.split([',', ';']).any(|member| member == part)
    };
    let facts = [
        ("trace id", has("x-datadog-trace-id", "11")),
        ("priority", has("x-datadog-sampling-priority", "2")),
        ("origin", has("x-datadog-origin", "rum")),
        (
            "upper half",
            has("x-datadog-tags", "_dd.p.tid=6553b9c700000000"),
        ),
        ("_dd.p.dm", has("x-datadog-tags", "_dd.p.dm=-4")),
        ("_dd.p.usr.id", has("x-datadog-tags", "_dd.p.usr.id=7")),
        ("tracestate", has("tracestate", "vendor=1")),
        ("baggage", has("baggage", "user=alice")),
    ];
    let kept = facts.into_iter().filter(|(_, kept)| *kept);
    kept.map(|(fact, _)| fact).collect()
}

/// Each function's service and the carrier that it writes, in the order of the chain.
async fn chain(form: Form, agent: &str) -> [(&'static str, Value); 4] {
    let (_, event) = form;
    let first = hop::rust("rust-first", event(&producer()), agent).await;
    let python = hop::python(event(&first), None, agent).await;
    let node = hop::node(event(&python), None, agent).await;
    let node = node["injected"].clone();
    let last = hop::rust("rust-last", event(&node), agent).await;
    [
        ("rust-first", first),
        ("python", python),
        ("node", node),
        ("rust-last", last),
    ]
}

/// Datadog's library for Python reduces a carrier to ids and priority.
const DROPPED_BY_PYTHON: [&str; 5] = [
    "origin",
    "_dd.p.dm",
    "_dd.p.usr.id",
    "tracestate",
    "baggage",
];

/// Asserts that `carrier`, the function's answer to `before`, has everything of it but `dropped`.
fn compare(service: &str, before: &Value, carrier: &Value, dropped: &[&'static str]) {
    let mut expected = kept(before);
    expected.retain(|fact| !dropped.contains(fact));
    assert_eq!(kept(carrier), expected, "{service}: {carrier}");
}

/// Asserts that the function's span is the child of `before`'s and the parent that its own carrier names.
fn is_between(span: &Span, before: &Value, carrier: &Value) {
    assert_eq!(span.trace_id, 11, "{span:?}");
    assert_eq!(span.trace_id_high, 0x6553_b9c7_0000_0000, "{span:?}");
    assert_eq!(before["x-datadog-parent-id"], span.parent_id.to_string());
    assert_eq!(carrier["x-datadog-parent-id"], span.span_id.to_string());
}

#[tokio::test]
#[ignore = "needs Python, Node 20 and the peers: .ci/peers"]
async fn four_functions_in_three_languages_are_one_trace_over_each_carrier_form() {
    let agent = TestAgent::start().await;
    for form in forms::ALL {
        let carriers = chain(form, &agent.url()).await;
        let services = carriers.each_ref().map(|(service, _)| *service);
        let spans = agent.functions(&services).await;
        let mut before = producer();
        for ((service, carrier), span) in carriers.into_iter().zip(spans) {
            let dropped: &[_] = if service == "python" {
                &DROPPED_BY_PYTHON
            } else {
                &[]
            };
            compare(
                &format!("{service}, {}", form.0),
                &before,
                &carrier,
                dropped,
            );
            is_between(&span, &before, &carrier);
            before = carrier;
        }
        agent.clear().await;
    }
}

#[tokio::test]
#[ignore = "needs Node 20 and the peers: .ci/peers"]
async fn node_drops_nothing_of_our_carrier_and_we_drop_nothing_of_node_s() {
    let agent = TestAgent::start().await;
    for (form, event) in forms::ALL {
        let first = hop::rust("rust-first", event(&producer()), &agent.url()).await;
        let node = hop::node(event(&first), None, &agent.url()).await["injected"].clone();
        compare(&format!("node, {form}"), &first, &node, &[]);
        let last = hop::rust("rust-last", event(&node), &agent.url()).await;
        compare(&format!("rust-last, {form}"), &node, &last, &[]);
    }
}
