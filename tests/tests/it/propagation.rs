//! From the event to the parent, and from the active span to the payload.

use base64::prelude::{BASE64_STANDARD, Engine as _};
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

fn sqs(attribute: &Value) -> Value {
    json!({"Records": [{"body": "{}", "eventSource": "aws:sqs", "messageAttributes": {"_datadog": attribute}}]})
}

#[tokio::test]
async fn each_source_of_the_built_in_extraction_gives_the_parent() {
    let text = carrier().to_string();
    let base64 = BASE64_STANDARD.encode(&text);
    let many: Value = carrier()
        .as_object()
        .unwrap()
        .iter()
        .map(|(k, v)| (k.to_uppercase(), json!([v])))
        .collect();
    for (source, event) in [
        ("headers", json!({"headers": carrier()})),
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
        ("payload, object", json!({"id": 1, "_datadog": carrier()})),
        ("payload, JSON", json!({"id": 1, "_datadog": text})),
        (
            "payload, attribute",
            json!({"_datadog": {"DataType": "String", "StringValue": text}}),
        ),
    ] {
        let running = Running::start("headers").await;
        let headers = running.response(event).await;
        let root = running.root();
        assert_eq!((root.trace_id, root.parent_id), (11, 12), "{source}");
        assert_eq!(root.meta["_dd.p.tid"], "6553b9c700000000", "{source}");
        assert_eq!(root.meta["_dd.p.dm"], "-4", "{source}");
        assert_eq!(root.meta["_dd.p.usr"], "x", "{source}");
        assert_eq!(root.meta["_dd.parent_source"], "event", "{source}");
        assert_eq!(
            root.metrics["_sampling_priority_v1"].to_string(),
            "2",
            "{source}"
        );

        assert_eq!(headers["x-datadog-trace-id"], "11", "{source}");
        assert_eq!(
            headers["x-datadog-parent-id"],
            root.span_id.to_string(),
            "{source}"
        );
        assert_eq!(headers["x-datadog-sampling-priority"], "2", "{source}");
        assert_eq!(headers["x-datadog-origin"], "rum", "{source}");
        let traceparent = format!(
            "00-6553b9c700000000000000000000000b-{:016x}-01",
            root.span_id
        );
        assert_eq!(headers["traceparent"], traceparent, "{source}");
        let tags = headers["x-datadog-tags"].as_str().unwrap();
        for tag in ["_dd.p.tid=6553b9c700000000", "_dd.p.dm=-4", "_dd.p.usr=x"] {
            assert!(tags.contains(tag), "{source}: {tags}");
        }
    }
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
async fn headers_come_before_the_payload_and_an_unusable_source_is_passed_over() {
    let other = json!({"x-datadog-trace-id": "21", "x-datadog-parent-id": "22"});
    for (event, trace_id) in [
        (json!({"_datadog": other, "headers": carrier()}), 11),
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
        let running = Running::start("headers").await;
        running.response(event.clone()).await;
        assert_eq!(running.root().trace_id, trace_id, "{event}");
    }
}

#[tokio::test]
async fn a_parent_that_was_dropped_stays_dropped_and_is_sent_all_the_same() {
    let running = Running::start("headers").await;
    let event = json!({"headers": {
        "x-datadog-trace-id": "1", "x-datadog-parent-id": "2", "x-datadog-sampling-priority": "-1"
    }});
    let headers = running.response(event).await;
    assert_eq!(
        running.root().metrics["_sampling_priority_v1"].to_string(),
        "-1"
    );
    assert_eq!(headers["x-datadog-sampling-priority"], "-1");
    assert!(headers["traceparent"].as_str().unwrap().ends_with("-00"));
}

#[tokio::test]
async fn the_sample_rate_decides_for_a_new_trace_only() {
    let running = Running::with("headers", &[("DD_TRACE_SAMPLE_RATE", "0")]).await;
    running.response(json!({})).await;
    running.response(json!({"headers": carrier()})).await;
    let roots = running.roots();
    assert_eq!(roots[0].metrics["_sampling_priority_v1"].to_string(), "-1");
    assert_eq!(roots[0].metrics["_dd.rule_psr"].to_string(), "0");
    assert_eq!(roots[1].metrics["_sampling_priority_v1"].to_string(), "2");
}

#[tokio::test]
async fn a_custom_extractor_comes_first() {
    let running = Running::start("extracted").await;
    running
        .response(json!({"extractor": "finds", "headers": carrier()}))
        .await;
    let root = running.root();
    assert_eq!((root.trace_id, root.parent_id), (7, 8));
    assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), "2");
}

#[tokio::test]
async fn an_extractor_that_finds_nothing_or_panics_leaves_it_to_the_built_in_extraction() {
    for says in ["finds nothing", "finds zero", "panics"] {
        let running = Running::start("extracted").await;
        let event = json!({"extractor": says, "headers": carrier()});
        assert_eq!(running.response(event.clone()).await, event);
        assert_eq!(running.root().trace_id, 11, "{says}");
    }
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
async fn everything_that_arrived_travels_on() {
    let running = Running::start("headers").await;
    let event = json!({"headers": {
        "traceparent": "00-6553b9c700000000000000000000000b-000000000000000c-01",
        "tracestate": "dd=s:2;o:synthetics;t.dm:-4,other=1",
        "baggage": "user.id=42,name=J%C3%B6rg"
    }});
    let headers = running.response(event).await;
    let root = running.root();
    assert_eq!(
        root.trace_id_128(),
        0x6553_b9c7_0000_0000_0000_0000_0000_000b
    );
    let tracestate = format!(
        "dd=s:2;o:synthetics;p:{:016x};t.dm:-4,other=1",
        root.span_id
    );
    assert_eq!(headers["tracestate"], tracestate);
    assert_eq!(headers["x-datadog-origin"], "synthetics");
    let baggage = headers["baggage"].as_str().unwrap();
    assert!(
        baggage.contains("user.id=42") && baggage.contains("name=J%C3%B6rg"),
        "{baggage}"
    );
}

#[tokio::test]
async fn a_synthetic_test_s_trace_is_continued_without_a_parent_span() {
    let running = Running::start("headers").await;
    let event = json!({"headers": {
        "x-datadog-trace-id": "11", "x-datadog-parent-id": "0",
        "x-datadog-sampling-priority": "2", "x-datadog-origin": "synthetics"
    }});
    let headers = running.response(event).await;
    let root = running.root();
    assert_eq!((root.trace_id_128(), root.parent_id), (11, 0));
    assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), "2");
    assert_eq!(headers["x-datadog-trace-id"], "11");
}

#[tokio::test]
async fn two_traces_in_one_carrier_are_one_parent_and_one_link() {
    let running = Running::start("headers").await;
    let event = json!({"headers": {
        "x-datadog-trace-id": "11", "x-datadog-parent-id": "12",
        "traceparent": "00-000000000000000000000000000000ff-00000000000000aa-01"
    }});
    running.response(event).await;
    let root = running.root();
    assert_eq!((root.trace_id, root.parent_id), (11, 12));
    let link = &root.span_links[0];
    assert_eq!((link.trace_id, link.span_id), (0xff, 0xaa));
    assert_eq!(link.attributes["reason"], "terminated_context");
    assert_eq!(link.attributes["context_headers"], "tracecontext");
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
