//! Whatever a span holds, its bytes decode.

use opentelemetry::trace::{
    Link, Span as _, SpanBuilder, Status, TraceContextExt as _, Tracer as _,
};
use opentelemetry::{Context, KeyValue, Value};
use proptest::prelude::*;

use super::payload::chunks;
use super::{Spans, config, remote_parent};

fn value() -> impl Strategy<Value = Value> {
    let text = || prop_oneof![any::<String>(), "x{25000,25010}", "[é𝄞]{8000,9000}"];
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text().prop_map(Value::from),
        prop::collection::vec(any::<f64>(), 0..40).prop_map(|numbers| Value::Array(numbers.into())),
        prop::collection::vec(any::<i64>(), 0..40).prop_map(|numbers| Value::Array(numbers.into())),
        prop::collection::vec(any::<bool>(), 0..4).prop_map(|flags| Value::Array(flags.into())),
        prop::collection::vec(any::<String>(), 0..4).prop_map(|texts| {
            let texts: Vec<opentelemetry::StringValue> =
                texts.into_iter().map(Into::into).collect();
            Value::Array(texts.into())
        }),
    ]
}

/// Our own and the conventions' keys as well as any other, so that they meet.
///
/// No key has more than 190 bytes: two that differ only after the limit become one, of which an agent keeps the
/// last.
fn key() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "operation.name",
        "service.name",
        "resource.name",
        "span.type",
        "span.kind",
        "db.system",
        "http.method",
        "http.request.method",
        "http.status_code",
        "http.response.status_code",
        "http.request.header.accept",
        "http.request.headers.accept",
        "datadog.error",
        "datadog.error.msg",
        "datadog.name",
        "datadog.other",
        "_dd.measured",
        "_dd.span_events.has_exception",
        "exception.message",
        "rpc.system",
        "messaging.system",
        "env",
        "events",
        "error.message",
        "_dd.p.dm",
        "_dd.origin",
        "_dd.top_level",
    ]);
    prop_oneof![known.prop_map(str::to_owned), "[a-zé]{0,95}"]
}

fn attributes(count: usize) -> impl Strategy<Value = Vec<KeyValue>> {
    prop::collection::vec((key(), value()), 0..count).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(key, value)| KeyValue::new(key, value))
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_span_decodes(
        name in any::<String>(),
        // More than a map's short form can hold.
        of_root in attributes(40),
        of_child in attributes(4),
        of_event in attributes(4),
        of_link in attributes(4),
        is_error in any::<bool>(),
        member in "[ -+.-<>-}]{0,64}",
    ) {
        let spans = Spans::new();
        let tracer = spans.tracer();
        let parent = remote_parent(u128::MAX, u64::MAX, &member);
        let link = parent.span().span_context().clone();
        let root = SpanBuilder::from_name(name)
            .with_attributes(of_root)
            .with_links(vec![Link::new(link, of_link, 0)]);
        let root = parent.with_span(tracer.build_with_context(root, &parent));
        root.span().add_event("exception", of_event);
        if is_error {
            root.span().set_status(Status::error(""));
        }
        let child = SpanBuilder::from_name("child").with_attributes(of_child);
        tracer.build_with_context(child, &root).end();
        root.span().end();

        let decoded = chunks(spans.take(), &config(&[("DD_SERVICE", "shop")]));
        prop_assert_eq!(decoded.len(), 1);
        prop_assert_eq!(decoded[0].len(), 2);
        for span in &decoded[0] {
            prop_assert!(span.metrics.values().all(|metric| metric.is_finite()));
            prop_assert!(span.meta.values().all(|text| text.len() <= 25_000));
            prop_assert!(span.meta.keys().all(|key| key.len() <= 200));
        }
    }
}

#[test]
fn a_span_without_any_attribute_decodes() {
    let spans = super::finished(|tracer| {
        tracer
            .build_with_context(SpanBuilder::from_name(""), &Context::new())
            .end();
    });
    assert_eq!(chunks(spans, &config(&[]))[0][0].resource, "");
}
