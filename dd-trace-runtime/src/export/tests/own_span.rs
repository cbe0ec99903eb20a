//! The spans that the library makes itself, whose tags are written before they end.

use opentelemetry::trace::{Span as _, SpanBuilder};
use opentelemetry::{Array, Context, KeyValue, Value};

use super::config;
use super::payload::{Sent, only_span};
use crate::conventions::OwnTags;

/// A span of the library's own on which `attributes` are set later.
fn with(attributes: Vec<KeyValue>) -> Sent {
    let mut tags = OwnTags::new("aws.lambda", "checkout", "serverless");
    tags.is_inferred = true;
    tags.tag("function_arn", "arn");
    tags.tag("http.useragent", "curl");
    tags.tag("request_id", "1");
    only_span(&config(&[("DD_SERVICE", "shop")]), |tracer| {
        let builder = SpanBuilder::from_name("aws.lambda");
        let mut span = tracer.start_own(builder, tags, &Context::new());
        span.set_attributes(attributes);
        span.end();
    })
}

#[test]
fn its_tags_are_sent_as_they_are() {
    let span = with(Vec::new());
    assert_eq!((&*span.name, &*span.resource), ("aws.lambda", "checkout"));
    assert_eq!((&*span.r#type, &*span.service), ("serverless", "shop"));
    assert_eq!(span.meta["function_arn"], "arn");
    assert_eq!(span.meta["http.useragent"], "curl");
    assert_eq!(span.meta["request_id"], "1");
    assert_eq!(span.metrics.get("_dd._inferred_span"), Some(&1.0));
}

#[test]
fn an_attribute_takes_the_place_of_the_tag_of_its_name() {
    let array =
        |texts: [&'static str; 2]| Value::Array(Array::String(texts.map(Into::into).into()));
    for (attribute, tag, text) in [
        (
            KeyValue::new("function_arn", "other"),
            "function_arn",
            "other",
        ),
        (
            KeyValue::new("user_agent.original", "wget"),
            "http.useragent",
            "wget",
        ),
        (
            KeyValue::new("function_arn", array(["a", "b"])),
            "function_arn.1",
            "b",
        ),
    ] {
        let span = with(vec![KeyValue::new("before", "1"), attribute.clone()]);
        assert_eq!(span.meta[tag], text, "{attribute:?}");
        assert_eq!(span.meta["request_id"], "1", "{attribute:?}");
        assert_eq!(span.meta["before"], "1", "{attribute:?}");
        let replaced = attribute.key.as_str();
        assert_eq!(
            span.meta.contains_key(replaced),
            replaced == tag,
            "{attribute:?}"
        );
    }
    let number = with(vec![KeyValue::new("request_id", 7)]);
    assert_eq!(number.metrics.get("request_id"), Some(&7.0));
    assert!(!number.meta.contains_key("request_id"));
}

#[test]
fn an_attribute_takes_the_place_of_a_field() {
    let fields = [
        ("operation.name", "checkout.run"),
        ("datadog.resource", "POST /orders"),
        ("service.name", "billing"),
        ("span.type", "web"),
    ];
    let span = with(fields.map(|(key, value)| KeyValue::new(key, value)).into());
    assert_eq!(
        (&*span.name, &*span.resource),
        ("checkout.run", "POST /orders")
    );
    assert_eq!((&*span.r#type, &*span.service), ("web", "billing"));
}
