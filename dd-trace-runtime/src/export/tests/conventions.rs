//! The tags that the conventions' attributes become, case by case.

use opentelemetry::trace::{Span as _, SpanBuilder, SpanKind, Status, Tracer as _};
use opentelemetry::{Context, KeyValue, Value};

use super::config;
use super::payload::{Sent, only_span};

fn sent(kind: SpanKind, attributes: Vec<KeyValue>, status: Status) -> Sent {
    let builder = SpanBuilder::from_name("work")
        .with_kind(kind)
        .with_attributes(attributes);
    only_span(&config(&[("DD_SERVICE", "shop")]), |tracer| {
        let mut span = tracer.build_with_context(builder, &Context::new());
        span.set_status(status);
        span.end();
    })
}

fn with(key: &'static str, value: impl Into<Value>) -> Sent {
    let attributes = vec![KeyValue::new(key, value)];
    sent(SpanKind::Internal, attributes, Status::Unset)
}

/// The attribute and its tag; no tag after an empty arrow.
const NAMES: &str = "
    client.address -> http.client_ip
    http.request.body.size -> http.request.content_length
    http.request.header.referrer -> http.referrer
    http.request.header.x-forwarded-for -> http.request.headers.x-forwarded-for
    http.request.method -> http.method
    http.response.body.size -> http.response.content_length
    http.response.header.etag -> http.response.header.etag
    http.response.status_code -> http.status_code
    http.route -> http.route
    network.protocol.version -> http.version
    server.address -> http.server_name
    url.full -> http.url
    url.path -> url.path
    user_agent.original -> http.useragent

    datadog.env -> env
    datadog.version -> version
    datadog.http_status_code -> http.status_code
    datadog.span.kind -> span.kind
    datadog.error.msg -> error.message
    datadog.error.type -> error.type
    datadog.error.stack -> error.stack
    datadog.anything ->

    db.namespace -> db.namespace
    peer.service -> peer.service
    datadogs.own -> datadogs.own
";

#[test]
fn an_attribute_has_the_name_that_datadog_knows() {
    for case in NAMES.lines().map(str::trim).filter(|case| !case.is_empty()) {
        let (attribute, tag) = case.split_once(" ->").unwrap();
        let span = with(attribute, "value");
        let mut tags = span.meta.iter().filter(|(_, value)| *value == "value");
        let found = tags.next().map(|(key, _)| key.as_str());
        assert_eq!(found.unwrap_or_default(), tag.trim(), "{attribute}");
        assert_eq!(tags.next(), None, "{attribute}");
    }
}

#[test]
fn sizes_are_numbers_and_a_status_code_is_text() {
    let sizes = with("http.response.body.size", 12);
    assert_eq!(
        sizes.metrics["http.response.content_length"].to_string(),
        "12"
    );
    assert_eq!(
        with("datadog.http_status_code", 503).meta["http.status_code"],
        "503"
    );
}

#[test]
fn the_elements_of_a_header_are_tags_under_its_new_name() {
    let headers: Vec<opentelemetry::StringValue> = vec!["a".into(), "b".into()];
    let span = with("http.request.header.accept", Value::Array(headers.into()));
    assert_eq!(span.meta["http.request.headers.accept.0"], "a");
    assert_eq!(span.meta["http.request.headers.accept.1"], "b");
}

#[test]
fn an_attribute_for_datadog_wins_over_one_of_the_conventions() {
    let attributes = [
        ("datadog.name", "name"),
        ("datadog.resource", "resource"),
        ("datadog.service", "service"),
        ("datadog.type", "type"),
        ("operation.name", "-"),
        ("resource.name", "-"),
        ("service.name", "-"),
        ("span.type", "-"),
    ];
    let attributes = attributes.map(|(key, value)| KeyValue::new(key, value));
    let span = sent(SpanKind::Internal, attributes.to_vec(), Status::Unset);
    let fields = [span.name, span.resource, span.service, span.r#type];
    assert_eq!(fields, ["name", "resource", "service", "type"]);
    assert!(
        !span.meta.values().any(|value| value == "-"),
        "{:?}",
        span.meta
    );
}

#[test]
fn datadog_error_says_whether_the_span_failed() {
    for (flag, status, error) in [
        (Value::from(1), Status::Unset, 1),
        (Value::from(0), Status::error("x"), 0),
        (Value::from(true), Status::Ok, 1),
        (Value::from("1"), Status::Unset, 0),
    ] {
        let attributes = vec![KeyValue::new("datadog.error", flag.clone())];
        let span = sent(SpanKind::Internal, attributes, status);
        assert_eq!(span.error, error, "{flag}");
        assert!(!span.meta.contains_key("datadog.error"), "{flag}");
    }
}

#[test]
fn only_an_error_status_is_an_error() {
    for (status, error) in [(Status::Unset, 0), (Status::Ok, 0), (Status::error(""), 1)] {
        let span = sent(SpanKind::Internal, Vec::new(), status);
        assert_eq!(span.error, error);
        assert!(!span.meta.contains_key("error.message"));
    }
}

#[test]
fn an_error_without_a_message_has_that_of_its_attributes() {
    let message = |attributes: &[(&'static str, &'static str)]| {
        let attributes = attributes
            .iter()
            .map(|(key, value)| KeyValue::new(*key, *value));
        let span = sent(SpanKind::Client, attributes.collect(), Status::error(""));
        let tag = |key| span.meta.get(key).cloned().unwrap_or_default();
        [tag("error.message"), tag("error.type")]
    };
    let code = ("http.response.status_code", "503");
    assert_eq!(message(&[code]), ["503", ""]);
    assert_eq!(
        message(&[code, ("http.status_text", "Slow Down")]),
        ["503 Slow Down", ""]
    );
    let recorded = [
        ("exception.message", "no stock"),
        ("exception.type", "StockError"),
        code,
    ];
    assert_eq!(message(&recorded), ["no stock", "StockError"]);
}

#[test]
fn calls_to_others_are_measured() {
    for (kind, measured) in [
        (SpanKind::Client, true),
        (SpanKind::Producer, true),
        (SpanKind::Server, false),
        (SpanKind::Consumer, false),
        (SpanKind::Internal, false),
    ] {
        let span = sent(kind.clone(), Vec::new(), Status::Unset);
        assert_eq!(
            span.metrics.contains_key("_dd.measured"),
            measured,
            "{kind:?}"
        );
    }
    assert_eq!(
        with("_dd.measured", 1).metrics["_dd.measured"].to_string(),
        "1"
    );
}

#[test]
fn a_span_with_an_exception_says_so_whether_it_failed_or_not() {
    for name in ["exception", "Exception"] {
        for (status, message) in [(Status::Unset, None), (Status::error("x"), Some("rain"))] {
            let span = only_span(&config(&[]), |tracer| {
                let mut span = tracer.start("work");
                span.add_event(name, vec![KeyValue::new("exception.message", "rain")]);
                span.set_status(status.clone());
                span.end();
            });
            assert_eq!(span.meta["_dd.span_events.has_exception"], "true");
            assert_eq!(span.meta.get("error.message").map(String::as_str), message);
        }
    }
    let span = with("key", "value");
    assert!(!span.meta.contains_key("_dd.span_events.has_exception"));
}
