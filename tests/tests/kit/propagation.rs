//! Through a function: what an event brings, and what its headers pass on.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use dd_trace_runtime::testing::{Invocation, Outcome, in_context};
use dd_trace_runtime::{Carrier, RawEvent, TracedError, trace_headers, traced_handler};
use lambda_runtime::{Context, Error, LambdaEvent};
use serde_json::{Value, json};

use crate::producer;

/// Answers with the headers that it would pass on.
#[traced_handler]
async fn headers(_: LambdaEvent<RawEvent>) -> Result<Carrier, Error> {
    Ok(trace_headers())
}

async fn invoked(event: &Value) -> Outcome<Result<Carrier, TracedError<Error>>> {
    Invocation::of(event).run(headers).await
}

fn sqs(attribute: &Value) -> Value {
    json!({"Records": [{"body": "{}", "eventSource": "aws:sqs", "messageAttributes": {"_datadog": attribute}}]})
}

/// An event for each source of the built-in extraction, with the producer's context.
fn sources() -> [(&'static str, Value); 7] {
    let carrier = in_context(&producer(), trace_headers);
    let text = carrier.to_json_string();
    let base64 = BASE64_STANDARD.encode(&text);
    let many: Value = carrier
        .iter()
        .map(|(name, value)| (name.to_uppercase(), json!([value])))
        .collect();
    [
        ("headers", json!({"headers": carrier})),
        (
            "multi-value headers",
            json!({"headers": null, "multiValueHeaders": many}),
        ),
        (
            "SQS, string",
            sqs(&json!({"dataType": "String", "stringValue": text})),
        ),
        (
            "SQS, binary",
            sqs(&json!({"dataType": "Binary", "binaryValue": base64})),
        ),
        ("payload, object", json!({"id": 1, "_datadog": carrier})),
        ("payload, JSON", json!({"id": 1, "_datadog": text})),
        (
            "payload, attribute",
            json!({"_datadog": {"DataType": "String", "StringValue": text}}),
        ),
    ]
}

#[tokio::test]
async fn each_source_of_the_built_in_extraction_gives_the_parent() {
    for (source, event) in sources() {
        let outcome = invoked(&event).await;
        assert_eq!(outcome.parent(), Some(producer()), "{source}");
        let root = outcome.root();
        assert_eq!((root.trace_id, root.parent_id), (11, 12), "{source}");
        assert_eq!(root.meta["_dd.p.tid"], "6553b9c700000000", "{source}");
        assert_eq!(root.meta["_dd.p.dm"], "-4", "{source}");
        assert_eq!(root.meta["_dd.p.usr"], "x", "{source}");
        assert_eq!(root.meta["_dd.parent_source"], "event", "{source}");
        let priority = root.metrics["_sampling_priority_v1"];
        assert_eq!(priority.to_string(), "2", "{source}");
    }
}

#[tokio::test]
async fn the_producer_s_context_is_passed_on_with_the_span_as_the_parent() {
    for (source, event) in sources() {
        let outcome = invoked(&event).await;
        let headers = outcome.result.as_ref().unwrap();
        let span = outcome.root().span_id;
        let header = |name| headers.get(name).unwrap_or_default();
        assert_eq!(header("x-datadog-trace-id"), "11", "{source}");
        assert_eq!(header("x-datadog-parent-id"), span.to_string(), "{source}");
        assert_eq!(header("x-datadog-sampling-priority"), "2", "{source}");
        assert_eq!(header("x-datadog-origin"), "rum", "{source}");
        assert_eq!(header("baggage"), "user.id=42", "{source}");
        let traceparent = format!("00-6553b9c700000000000000000000000b-{span:016x}-01");
        assert_eq!(header("traceparent"), traceparent, "{source}");
        let tags = header("x-datadog-tags");
        for tag in ["_dd.p.tid=6553b9c700000000", "_dd.p.dm=-4", "_dd.p.usr=x"] {
            assert!(tags.contains(tag), "{source}: {tags}");
        }
    }
}

#[tokio::test]
async fn headers_come_before_the_payload_and_an_unusable_source_is_passed_over() {
    let carrier = json!({"x-datadog-trace-id": "11", "x-datadog-parent-id": "12"});
    let other = json!({"x-datadog-trace-id": "21", "x-datadog-parent-id": "22"});
    for (event, trace_id) in [
        (json!({"_datadog": other, "headers": carrier}), 11),
        (
            json!({"headers": {"x-datadog-trace-id": "0"}, "_datadog": other}),
            21,
        ),
        (json!({"headers": {"accept": "*/*"}, "_datadog": other}), 21),
        (
            json!({"Records": [{"messageAttributes": {}}], "_datadog": other}),
            21,
        ),
    ] {
        assert_eq!(invoked(&event).await.root().trace_id, trace_id, "{event}");
    }
}

#[tokio::test]
async fn a_trace_that_was_dropped_stays_dropped_and_is_still_sent() {
    let event = json!({"headers": {
        "x-datadog-trace-id": "1", "x-datadog-parent-id": "2", "x-datadog-sampling-priority": "-1"
    }});
    let outcome = invoked(&event).await;
    let priority = outcome.root().metrics["_sampling_priority_v1"];
    assert_eq!(priority.to_string(), "-1");
    let headers = outcome.result.unwrap();
    assert_eq!(headers.get("x-datadog-sampling-priority"), Some("-1"));
    assert!(headers.get("traceparent").unwrap().ends_with("-00"));
}

#[tokio::test]
async fn the_state_of_other_vendors_travels_on() {
    let event = json!({"headers": {
        "traceparent": "00-6553b9c700000000000000000000000b-000000000000000c-01",
        "tracestate": "dd=s:2;o:synthetics;t.dm:-4,other=1",
        "baggage": "user.id=42,name=J%C3%B6rg"
    }});
    let outcome = invoked(&event).await;
    let span = outcome.root().span_id;
    let headers = outcome.result.unwrap();
    let tracestate = format!("dd=s:2;o:synthetics;p:{span:016x};t.dm:-4,other=1");
    assert_eq!(headers.get("tracestate"), Some(tracestate.as_str()));
    assert_eq!(headers.get("x-datadog-origin"), Some("synthetics"));
    let baggage = headers.get("baggage").unwrap();
    assert!(
        baggage.contains("user.id=42") && baggage.contains("name=J%C3%B6rg"),
        "{baggage}"
    );
}

#[tokio::test]
async fn a_synthetic_test_s_trace_is_continued_without_a_parent_span() {
    let event = json!({"headers": {
        "x-datadog-trace-id": "11", "x-datadog-parent-id": "0",
        "x-datadog-sampling-priority": "2", "x-datadog-origin": "synthetics"
    }});
    let outcome = invoked(&event).await;
    let root = outcome.root();
    assert_eq!((root.trace_context().trace_id(), root.parent_id), (11, 0));
    assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), "2");
    let headers = outcome.result.unwrap();
    assert_eq!(headers.get("x-datadog-trace-id"), Some("11"));
}

#[tokio::test]
async fn two_traces_in_one_carrier_are_one_parent_and_one_link() {
    let event = json!({"headers": {
        "x-datadog-trace-id": "11", "x-datadog-parent-id": "12",
        "traceparent": "00-000000000000000000000000000000ff-00000000000000aa-01"
    }});
    let outcome = invoked(&event).await;
    let root = outcome.root();
    assert_eq!((root.trace_id, root.parent_id), (11, 12));
    let link = &root.span_links[0];
    assert_eq!((link.trace_id, link.span_id), (0xff, 0xaa));
    assert_eq!(link.attributes["reason"], "terminated_context");
    assert_eq!(link.attributes["context_headers"], "tracecontext");
}

/// A handler whose extractor does what the event says.
#[traced_handler(extractor = "extract")]
async fn extracted(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

async fn extract(event: &Value, context: &Context) -> Option<(u64, u64, i8)> {
    assert!(!context.request_id.is_empty());
    tokio::task::yield_now().await;
    match event["extractor"].as_str() {
        Some("panics") => panic!("no extractor today"),
        Some("finds") => Some((7, 8, 2)),
        Some("finds zero") => Some((0, 8, 2)),
        _ => None,
    }
}

#[tokio::test]
async fn a_custom_extractor_comes_first_and_the_built_in_one_if_it_finds_nothing_or_panics() {
    for (says, trace_id) in [
        ("finds", 7),
        ("finds nothing", 11),
        ("finds zero", 11),
        ("panics", 11),
    ] {
        let headers = in_context(&producer(), trace_headers);
        let event = json!({"extractor": says, "headers": headers});
        let outcome = Invocation::of(&event).run(extracted).await;
        assert_eq!(outcome.root().trace_id, trace_id, "{says}");
        assert_eq!(outcome.result.unwrap(), event);
    }
}
