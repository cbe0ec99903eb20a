//! Spans grouped into traces, and the tags that are written once per chunk.

use opentelemetry::trace::{Span as _, SpanBuilder, TraceContextExt as _, TraceId, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::payload::{Sent, chunks, only_span};
use super::{Spans, config, finished, remote_parent};

const TRACE: u128 = 0x6543_0000_0000_0000_0000_0000_0000_002a;

fn metric(span: &Sent, key: &str) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "whole numbers that tests chose"
    )]
    span.metrics.get(key).map(|metric| *metric as i64)
}

fn in_service(name: &'static str, service: &'static str) -> SpanBuilder {
    SpanBuilder::from_name(name).with_attributes([KeyValue::new("service.name", service)])
}

#[test]
fn the_upper_half_of_the_trace_id_is_a_tag_of_16_digits() {
    let span = only_span(&config(&[]), |tracer| {
        tracer
            .start_with_context("work", &remote_parent(TRACE, 7, ""))
            .end();
    });
    assert_eq!(span.trace_id, 0x2a);
    assert_eq!(span.parent_id, 7);
    assert_eq!(span.meta["_dd.p.tid"], "6543000000000000");

    let short = only_span(&config(&[]), |tracer| {
        tracer
            .start_with_context("work", &remote_parent(5, 7, ""))
            .end();
    });
    assert!(!short.meta.contains_key("_dd.p.tid"));
}

#[test]
fn spans_of_one_trace_share_a_chunk_and_its_root_comes_first() {
    let spans = Spans::new();
    let tracer = spans.tracer();
    let parent = Context::new().with_span(tracer.start("parent"));
    let child = parent.with_span(tracer.start_with_context("child", &parent));
    tracer.start_with_context("grandchild", &child).end();
    tracer.start("other trace").end();
    child.span().end();
    parent.span().end();

    let mut chunks = chunks(spans.take(), &config(&[]));
    chunks.sort_by_key(Vec::len);
    let names = |chunk: &[Sent]| {
        chunk
            .iter()
            .map(|span| span.resource.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&chunks[0]), ["other trace"]);
    assert_eq!(names(&chunks[1]), ["parent", "grandchild", "child"]);
}

#[test]
fn trace_ids_that_differ_in_the_upper_half_are_different_traces() {
    let spans = finished(|tracer| {
        tracer
            .start_with_context("one", &remote_parent(TRACE, 7, ""))
            .end();
        tracer
            .start_with_context("two", &remote_parent(0x2a, 7, ""))
            .end();
    });
    assert_eq!(chunks(spans, &config(&[])).len(), 2);
}

#[test]
fn only_roots_carry_the_tags_that_are_written_once() {
    let spans = Spans::new();
    let tracer = spans.tracer();
    let root = tracer.start_with_context("root", &remote_parent(TRACE, 7, "s:2;t.dm:-4;t.usr:a~"));
    let parent = Context::new().with_span(root);
    tracer.start_with_context("child", &parent).end();
    parent.span().end();

    let settings = [
        ("DD_SERVICE", "shop"),
        ("DD_ENV", "prod"),
        ("DD_VERSION", "1.2"),
    ];
    let chunks = chunks(spans.take(), &config(&settings));
    let [root, child] = chunks[0].as_slice() else {
        panic!("{chunks:?}")
    };
    let once = [
        "language",
        "runtime-id",
        "env",
        "version",
        "_dd.p.tid",
        "_dd.p.dm",
        "_dd.p.usr",
    ];
    for tag in once {
        assert!(root.meta.contains_key(tag), "{tag}");
        assert!(!child.meta.contains_key(tag), "{tag}");
    }
    assert_eq!(root.meta["language"], "rust");
    assert_eq!(root.meta["env"], "prod");
    assert_eq!(root.meta["version"], "1.2");
    assert_eq!(metric(root, "process_id"), Some(std::process::id().into()));
    assert_eq!(metric(root, "_dd.top_level"), Some(1));
    assert!(child.metrics.is_empty(), "{:?}", child.metrics);
}

/// A span of a trace with this `dd` member. The SDK's samplers pass the trace state on.
fn with_state(dd: &str, attributes: Vec<KeyValue>) -> Sent {
    only_span(&config(&[]), |tracer| {
        let builder = SpanBuilder::from_name("work").with_attributes(attributes);
        tracer
            .build_with_context(builder, &remote_parent(TRACE, 7, dd))
            .end();
    })
}

#[test]
fn priority_decision_maker_and_origin_come_from_the_trace_state() {
    let span = with_state("s:2;o:rum;t.dm:-4;t.usr.id:YQ~~;p:00", vec![]);
    assert_eq!(metric(&span, "_sampling_priority_v1"), Some(2));
    assert_eq!(span.meta["_dd.p.dm"], "-4");
    assert_eq!(span.meta["_dd.p.usr.id"], "YQ==");
    assert_eq!(span.meta["_dd.origin"], "rum");
    assert_eq!(
        metric(&with_state("s:-1", vec![]), "_sampling_priority_v1"),
        Some(-1)
    );
}

#[test]
fn a_propagation_tag_set_on_the_span_wins() {
    let attributes = vec![
        KeyValue::new("_dd.p.usr.id", "with,comma"),
        KeyValue::new("_dd.p.long", "x"),
    ];
    let span = with_state("s:2;t.usr.id:other;t.dm:-4", attributes);
    assert_eq!(span.meta["_dd.p.usr.id"], "with,comma");
    assert_eq!(span.meta["_dd.p.long"], "x");
    assert_eq!(span.meta["_dd.p.dm"], "-4");
}

#[test]
fn without_a_trace_state_a_sampled_trace_has_priority_1() {
    let span = with_state("", vec![]);
    assert_eq!(metric(&span, "_sampling_priority_v1"), Some(1));
    assert!(!span.meta.contains_key("_dd.origin"));
}

#[test]
fn on_lambda_every_span_has_the_origin_lambda() {
    let spans = Spans::new();
    let tracer = spans.tracer();
    let parent = Context::new().with_span(tracer.start("parent"));
    tracer.start_with_context("child", &parent).end();
    parent.span().end();
    let settings = config(&[("AWS_LAMBDA_FUNCTION_NAME", "order")]);
    let chunk = chunks(spans.take(), &settings).remove(0);
    assert_eq!(chunk.len(), 2);
    for span in chunk {
        assert_eq!(span.meta["_dd.origin"], "lambda");
        assert_eq!(span.service, "order");
    }
}

#[test]
fn a_child_in_another_service_is_top_level() {
    let spans = Spans::new();
    let tracer = spans.tracer();
    let queue = Context::new().with_span(tracer.build(in_service("queue", "sqs")));
    let function = tracer.start_with_context("function", &queue);
    let function = queue.with_span(function);
    tracer.start_with_context("inner", &function).end();
    function.span().end();
    queue.span().end();

    let chunk = chunks(spans.take(), &config(&[("DD_SERVICE", "shop")])).remove(0);
    let top_level = |name: &str| {
        let span = chunk.iter().find(|span| span.resource == name).unwrap();
        metric(span, "_dd.top_level")
    };
    assert_eq!(top_level("queue"), Some(1));
    assert_eq!(top_level("function"), Some(1));
    assert_eq!(top_level("inner"), None);
    assert_eq!(chunk[0].resource, "queue");
    assert_eq!(chunk[0].meta["_dd.base_service"], "shop");
}

#[test]
fn the_version_is_that_of_dd_service_and_of_no_other_service() {
    let settings = [("DD_SERVICE", "shop"), ("DD_VERSION", "1.2")];
    for (service, version) in [("shop", Some("1.2")), ("sqs", None)] {
        let span = only_span(&config(&settings), |tracer| {
            tracer.build(in_service("work", service)).end();
        });
        let told = span.meta.get("version").map(String::as_str);
        assert_eq!(told, version, "{service}");
    }
}

#[test]
fn a_span_whose_local_parent_is_still_open_is_a_root_but_not_top_level() {
    let spans = Spans::new();
    let tracer = spans.tracer();
    let parent = Context::new().with_span(tracer.start("parent"));
    tracer.start_with_context("child", &parent).end();
    let child = chunks(spans.take(), &config(&[])).remove(0).remove(0);
    assert_eq!(metric(&child, "_sampling_priority_v1"), Some(1));
    assert!(child.meta.contains_key("runtime-id"));
    assert_eq!(metric(&child, "_dd.top_level"), None);
}

#[test]
fn a_span_that_is_its_own_parent_is_a_root() {
    let mut spans = finished(|tracer| tracer.start("odd").end());
    spans[0].parent_span_id = spans[0].span_context.span_id();
    let span = chunks(spans, &config(&[])).remove(0).remove(0);
    assert_eq!(metric(&span, "_sampling_priority_v1"), Some(1));
}

#[test]
fn every_chunk_of_a_process_has_the_same_runtime_id() {
    let spans = finished(|tracer| {
        for trace in 1..=2_u128 {
            let parent = remote_parent(TraceId::from(trace).to_bytes()[15].into(), 7, "");
            tracer.start_with_context("work", &parent).end();
        }
    });
    let chunks = chunks(spans, &config(&[]));
    assert_eq!(chunks.len(), 2);
    assert_eq!(
        chunks[0][0].meta["runtime-id"],
        chunks[1][0].meta["runtime-id"]
    );
    assert_eq!(chunks[0][0].meta["runtime-id"].len(), 36);
}
