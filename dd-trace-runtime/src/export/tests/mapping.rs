//! The field or tag that each part of an OpenTelemetry span becomes.

use std::time::{Duration, UNIX_EPOCH};

use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceId,
    TraceState, Tracer as _,
};
use opentelemetry::{Array, Context, KeyValue, Value};

use super::config;
use super::payload::{Sent, only_span};

fn span_of(builder: SpanBuilder) -> Sent {
    only_span(&config(&[("DD_SERVICE", "shop")]), |tracer| {
        tracer.build_with_context(builder, &Context::new()).end();
    })
}

fn with(attributes: impl IntoIterator<Item = KeyValue>) -> Sent {
    span_of(SpanBuilder::from_name("work").with_attributes(attributes))
}

#[test]
fn four_attributes_are_fields_and_not_tags() {
    let span = with([
        KeyValue::new("operation.name", "aws.lambda"),
        KeyValue::new("resource.name", "my-function"),
        KeyValue::new("span.type", "serverless"),
        KeyValue::new("service.name", "billing"),
    ]);
    assert_eq!(span.name, "aws.lambda");
    assert_eq!(span.resource, "my-function");
    assert_eq!(span.r#type, "serverless");
    assert_eq!(span.service, "billing");
    assert_eq!(span.meta["_dd.base_service"], "shop");
    for field in [
        "operation.name",
        "resource.name",
        "span.type",
        "service.name",
    ] {
        assert!(!span.meta.contains_key(field), "{field}");
    }
}

#[test]
fn without_attributes_the_name_is_the_resource_and_the_kind_the_operation() {
    let span = with([]);
    assert_eq!(span.name, "internal");
    assert_eq!(span.resource, "work");
    assert_eq!(span.r#type, "custom");
    assert_eq!(span.service, "shop");
    assert_eq!(span.meta["span.kind"], "internal");
    assert!(!span.meta.contains_key("_dd.base_service"));
    assert_eq!(span.error, 0);
    assert!(span.span_links.is_empty());
}

#[test]
fn empty_fields_count_as_absent() {
    let span = with(
        [
            "operation.name",
            "resource.name",
            "span.type",
            "service.name",
        ]
        .map(|field| KeyValue::new(field, "")),
    );
    let fields = [span.name, span.resource, span.r#type, span.service];
    assert_eq!(fields, ["internal", "work", "custom", "shop"]);
}

#[test]
fn texts_and_flags_are_meta_and_numbers_are_metrics() {
    let span = with([
        KeyValue::new("text", "a"),
        KeyValue::new("flag", true),
        KeyValue::new("integer", -7),
        KeyValue::new("float", 1.5),
    ]);
    assert_eq!(span.meta["text"], "a");
    assert_eq!(span.meta["flag"], "true");
    assert!((span.metrics["integer"] + 7.0).abs() < f64::EPSILON);
    assert!((span.metrics["float"] - 1.5).abs() < f64::EPSILON);
}

#[test]
fn a_number_that_is_not_finite_is_text() {
    let span = with([
        KeyValue::new("a", f64::NAN),
        KeyValue::new("b", f64::NEG_INFINITY),
        KeyValue::new("c", Value::Array(Array::F64(vec![f64::INFINITY, 2.0]))),
    ]);
    assert_eq!(span.meta["a"], "NaN");
    assert_eq!(span.meta["b"], "-inf");
    assert_eq!(span.meta["c.0"], "inf");
    assert!((span.metrics["c.1"] - 2.0).abs() < f64::EPSILON);
    assert!(span.metrics.values().all(|metric| metric.is_finite()));
}

#[test]
fn each_element_of_an_array_is_a_tag() {
    let span = with([
        KeyValue::new(
            "texts",
            Value::Array(Array::String(vec!["a".into(), "b".into()])),
        ),
        KeyValue::new("flags", Value::Array(vec![false].into())),
        KeyValue::new("numbers", Value::Array(vec![1_i64, 2].into())),
        KeyValue::new("empty", Value::Array(Vec::<i64>::new().into())),
    ]);
    assert_eq!(span.meta["texts.0"], "a");
    assert_eq!(span.meta["texts.1"], "b");
    assert_eq!(span.meta["flags.0"], "false");
    assert!((span.metrics["numbers.1"] - 2.0).abs() < f64::EPSILON);
    assert!(!span.meta.contains_key("empty"));
}

#[test]
fn the_last_value_of_an_attribute_set_twice_counts() {
    let span = with([
        KeyValue::new("key", "old"),
        KeyValue::new("operation.name", "old"),
        KeyValue::new("key", "new"),
        KeyValue::new("operation.name", "new"),
    ]);
    assert_eq!(span.meta["key"], "new");
    assert_eq!(span.name, "new");
}

#[test]
fn http_attributes_get_the_names_datadog_knows() {
    let span = with([
        KeyValue::new("http.request.method", "GET"),
        KeyValue::new("url.full", "https://example.com/"),
        KeyValue::new("http.response.status_code", 503),
        KeyValue::new("user_agent.original", "curl"),
    ]);
    assert_eq!(span.meta["http.method"], "GET");
    assert_eq!(span.meta["http.url"], "https://example.com/");
    assert_eq!(span.meta["http.status_code"], "503");
    assert_eq!(span.meta["http.useragent"], "curl");
    assert!(!span.meta.contains_key("http.request.method"));
    assert!(!span.metrics.contains_key("http.status_code"));
}

#[test]
fn the_last_of_an_http_tag_under_both_names_counts() {
    let span = with([
        KeyValue::new("http.method", "GET"),
        KeyValue::new("http.request.method", "POST"),
    ]);
    assert_eq!(span.meta["http.method"], "POST");
}

#[test]
fn a_tag_that_the_span_sets_itself_wins() {
    let span = with([
        KeyValue::new("span.kind", "server"),
        KeyValue::new("language", "wasm"),
        KeyValue::new("_sampling_priority_v1", 2),
    ]);
    assert_eq!(span.meta["span.kind"], "server");
    assert_eq!(span.meta["language"], "wasm");
    assert!((span.metrics["_sampling_priority_v1"] - 2.0).abs() < f64::EPSILON);
}

#[test]
fn texts_that_the_agent_would_cut_are_cut() {
    let span = with([
        KeyValue::new("operation.name", "é".repeat(80)),
        KeyValue::new("service.name", "s".repeat(101)),
        KeyValue::new("span.type", "t".repeat(101)),
        KeyValue::new("resource.name", "r".repeat(5_001)),
        KeyValue::new("k".repeat(201), "v".repeat(25_001)),
    ]);
    assert_eq!(span.name, "é".repeat(50));
    assert_eq!(span.service, "s".repeat(100));
    assert_eq!(span.r#type, "t".repeat(100));
    assert_eq!(span.resource, "r".repeat(5_000));
    assert_eq!(span.meta[&"k".repeat(200)], "v".repeat(25_000));
}

#[test]
fn times_are_nanoseconds_and_a_clock_set_back_gives_no_negative_duration() {
    let start = UNIX_EPOCH + Duration::from_nanos(1_700_000_000_123_456_789);
    let ended = |end| {
        only_span(&config(&[]), |tracer| {
            let builder = SpanBuilder::from_name("work").with_start_time(start);
            tracer
                .build_with_context(builder, &Context::new())
                .end_with_timestamp(end);
        })
    };
    let forward = ended(start + Duration::from_nanos(42));
    assert_eq!(
        (forward.start, forward.duration),
        (1_700_000_000_123_456_789, 42)
    );
    assert_eq!(ended(start - Duration::from_secs(1)).duration, 0);
    assert_eq!(ended(UNIX_EPOCH - Duration::from_secs(1)).duration, 0);
}

#[test]
fn an_error_has_the_message_of_the_status() {
    let span = only_span(&config(&[]), |tracer| {
        let mut span = tracer.start("work");
        span.set_status(Status::error("no stock"));
        span.end();
    });
    assert_eq!(span.error, 1);
    assert_eq!(span.meta["error.message"], "no stock");
    assert!(!span.meta.contains_key("error.type"));
}

fn exception(message: &'static str) -> Vec<KeyValue> {
    vec![
        KeyValue::new("exception.type", "StockError"),
        KeyValue::new("exception.message", message),
        KeyValue::new("exception.stacktrace", "at main.rs:1"),
    ]
}

fn with_exceptions(status: Status) -> Sent {
    only_span(&config(&[]), |tracer| {
        let mut span = tracer.start("work");
        span.add_event("exception", exception("first"));
        span.add_event("exception", exception("last"));
        span.set_status(status);
        span.end();
    })
}

#[test]
fn an_error_is_described_by_its_last_exception() {
    let span = with_exceptions(Status::error("ignored"));
    assert_eq!(span.error, 1);
    assert_eq!(span.meta["error.message"], "last");
    assert_eq!(span.meta["error.type"], "StockError");
    assert_eq!(span.meta["error.stack"], "at main.rs:1");
    let events: Vec<serde_json::Value> = serde_json::from_str(&span.meta["events"]).unwrap();
    let messages = events
        .iter()
        .map(|event| &event["attributes"]["exception.message"]);
    assert_eq!(messages.collect::<Vec<_>>(), ["first", "last"]);
}

#[test]
fn an_exception_that_was_handled_is_an_event_and_not_an_error() {
    let span = with_exceptions(Status::Unset);
    assert_eq!(span.error, 0);
    assert!(!span.meta.contains_key("error.message"));
    assert!(span.meta["events"].contains("last"));
}

/// The metric and the tag that `analytics.event` becomes.
fn analytics(value: impl Into<Value>) -> (Option<f64>, Option<String>) {
    let span = with([KeyValue::new("analytics.event", value)]);
    let tag = span.meta.get("analytics.event").cloned();
    let number = span.metrics.get("analytics.event").map(f64::to_string);
    (span.metrics.get("_dd1.sr.eausr").copied(), tag.or(number))
}

#[test]
fn analytics_event_is_a_metric_where_it_is_a_flag_or_the_text_of_one() {
    for flag in ["true", "TRUE", "trUe"] {
        assert_eq!(analytics(flag), (Some(1.0), None), "{flag}");
    }
    for flag in ["false", "False", "FALSE"] {
        assert_eq!(analytics(flag), (Some(0.0), None), "{flag}");
    }
    assert_eq!(analytics(true), (Some(1.0), None));
    assert_eq!(analytics(false), (Some(0.0), None));
    for other in ["", "1", "yes", "true "] {
        assert_eq!(analytics(other), (None, Some(other.to_owned())), "{other}");
    }
    assert_eq!(analytics(1), (None, Some("1".to_owned())));
}

#[test]
fn attributes_of_an_error_win_over_its_exception_and_status() {
    let span = only_span(&config(&[]), |tracer| {
        let mut span = tracer.start("work");
        span.add_event("exception", exception("event"));
        span.set_attribute(KeyValue::new("error.message", "attribute"));
        span.set_status(Status::error("status"));
        span.end();
    });
    assert_eq!(span.meta["error.message"], "attribute");
    assert_eq!(span.meta["error.type"], "StockError");
}

#[test]
fn events_are_json() {
    let span = only_span(&config(&[]), |tracer| {
        let mut span = tracer.start("work");
        let time = UNIX_EPOCH + Duration::from_nanos(5);
        let attributes = vec![
            KeyValue::new("text", "\"quoted\""),
            KeyValue::new("number", 3),
            KeyValue::new("list", Value::Array(vec![true].into())),
        ];
        span.add_event_with_timestamp("cache miss", time, attributes);
        span.add_event_with_timestamp("bare", time, vec![]);
        span.end();
    });
    let events: serde_json::Value = serde_json::from_str(&span.meta["events"]).unwrap();
    let expected = serde_json::json!([
        {"name": "cache miss", "time_unix_nano": 5,
         "attributes": {"text": "\"quoted\"", "number": 3, "list": [true]}},
        {"name": "bare", "time_unix_nano": 5},
    ]);
    assert_eq!(events, expected);
}

#[test]
fn events_beyond_the_room_of_a_tag_are_left_out_whole() {
    let span = only_span(&config(&[]), |tracer| {
        let mut span = tracer.start("work");
        for _ in 0..4 {
            span.add_event("x".repeat(10_000), vec![]);
        }
        span.end();
    });
    assert!(span.meta["events"].len() <= 25_000);
    let events: Vec<serde_json::Value> = serde_json::from_str(&span.meta["events"]).unwrap();
    assert_eq!(events.len(), 2);
}

#[test]
fn links_carry_the_whole_context_and_texts() {
    let context = SpanContext::new(
        TraceId::from(0xa_0000_0000_0000_000b),
        SpanId::from(12),
        TraceFlags::SAMPLED,
        true,
        TraceState::from_key_value([("dd", "s:1"), ("other", "x")]).unwrap(),
    );
    let attributes = vec![
        KeyValue::new("number", 5),
        KeyValue::new("list", Value::Array(vec![0.5].into())),
    ];
    let bare = SpanContext::new(
        TraceId::from(1),
        SpanId::from(2),
        TraceFlags::default(),
        true,
        TraceState::NONE,
    );
    let span = span_of(SpanBuilder::from_name("work").with_links(vec![
        Link::new(context, attributes, 0),
        Link::with_context(bare),
    ]));
    let [link, bare] = span.span_links.as_slice() else {
        panic!("{:?}", span.span_links)
    };
    assert_eq!(
        (link.trace_id_high, link.trace_id, link.span_id),
        (0xa, 0xb, 12)
    );
    assert_eq!(link.flags, 1 << 31 | 1);
    assert_eq!(link.tracestate.as_deref(), Some("dd=s:1,other=x"));
    let texts = [("number", "5"), ("list.0", "0.5")];
    assert_eq!(
        link.attributes,
        texts.map(|(k, v)| (k.to_owned(), v.to_owned())).into()
    );
    assert_eq!((bare.flags, bare.tracestate.as_deref()), (1 << 31, None));
    assert!(bare.attributes.is_empty());
}

#[test]
fn the_kind_of_the_span_is_a_tag() {
    for (kind, tag) in [
        (SpanKind::Server, "server"),
        (SpanKind::Client, "client"),
        (SpanKind::Producer, "producer"),
        (SpanKind::Consumer, "consumer"),
        (SpanKind::Internal, "internal"),
    ] {
        let span = span_of(SpanBuilder::from_name("work").with_kind(kind));
        assert_eq!(span.meta["span.kind"], tag);
    }
}
