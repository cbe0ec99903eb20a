//! Between a trace context and OpenTelemetry's.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState, Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, SpanData, SpanExporter};

use super::{changed, complete};
use crate::context::carrier::Carrier;
use crate::context::propagation::{DatadogPropagator, DdMember};
use crate::context::trace_context::TraceContext;

/// The spans that ended.
#[derive(Debug, Clone, Default)]
struct Finished(Arc<Mutex<Vec<SpanData>>>);

impl SpanExporter for Finished {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        self.0.lock().expect("no test panics with it").extend(batch);
        Ok(())
    }
}

fn context() -> TraceContext {
    changed(TraceContext::new(123, 321, Some(2)), |c| {
        c.set_vendor_members("x=1,not/ok=a=b".to_owned());
        c.last_parent_id = Some(0xaa);
    })
    .with_origin("a=b,c")
    .with_tag("_dd.p.dm", "-4")
    .with_tag("_dd.p.usr.id", "q=;")
    .with_baggage("user.id", "42")
}

/// `cx` with a local span of trace 123, id 777, with this trace state.
fn with_local_span(cx: &Context, flags: TraceFlags, state: &[(&str, &str)]) -> Context {
    let state = TraceState::from_key_value(state.iter().copied()).expect("a valid state");
    cx.with_remote_span_context(SpanContext::new(
        TraceId::from(123),
        SpanId::from(777),
        flags,
        false,
        state,
    ))
}

#[test]
fn the_span_context_is_remote_and_carries_the_decision() {
    let cx = context().into_otel(&Context::new());
    let span = cx.span();
    let span = span.span_context();
    assert!(span.is_valid() && span.is_remote() && span.is_sampled());
    assert_eq!(span.trace_id(), TraceId::from(123));
    assert_eq!(span.span_id(), SpanId::from(321));
    // The member with `=` in its value is one that OpenTelemetry refuses.
    assert_eq!(span.trace_state().header(), "dd=s:2;o:a~b_c;t.dm:-4,x=1");
    assert_eq!(
        TraceContext::propagated(&cx).map(|c| (**c).clone()),
        Some(context())
    );
    assert_eq!(
        cx.baggage()
            .get("user.id")
            .map(ToString::to_string)
            .as_deref(),
        Some("42")
    );
}

#[test]
fn a_trace_without_a_priority_is_kept_and_one_of_a_browser_left_open() {
    let cx = TraceContext::new(123, 321, None).into_otel(&Context::new());
    assert_eq!(
        cx.span().span_context().trace_state().get("dd"),
        Some("s:1")
    );
    assert!(cx.span().span_context().is_sampled());

    let rum = TraceContext::new(123, 321, None).with_origin("rum");
    let cx = rum.clone().into_otel(&Context::new());
    assert_eq!(
        cx.span().span_context().trace_state().get("dd"),
        Some("o:rum")
    );
    assert_eq!(TraceContext::from_otel(&cx), Some(rum));
}

#[test]
fn a_local_span_is_the_parent_and_the_last_datadog_span() {
    let cx = context().into_otel(&Context::new());
    let cx = with_local_span(&cx, TraceFlags::SAMPLED, &[("dd", "s:2;t.dm:-4")]);
    let expected = changed(context(), |c| {
        c.parent_id = 777;
        c.last_parent_id = None;
    });
    assert_eq!(TraceContext::from_otel(&cx), Some(expected));
}

#[test]
fn the_decision_of_the_span_wins_over_the_one_that_came_in() {
    let cx = context().into_otel(&Context::new());
    let kept = with_local_span(&cx, TraceFlags::SAMPLED, &[("dd", "s:1;t.dm:-3")]);
    let kept = TraceContext::from_otel(&kept).expect("a span");
    assert_eq!(kept.sampling_priority(), Some(1));
    assert_eq!(kept.tag("_dd.p.dm"), Some("-3"));

    let dropped = with_local_span(&cx, TraceFlags::NOT_SAMPLED, &[("dd", "s:-1")]);
    let dropped = TraceContext::from_otel(&dropped).expect("a span");
    assert_eq!(dropped.sampling_priority(), Some(-1));
    assert_eq!(dropped.tag("_dd.p.dm"), None);
}

#[test]
fn a_span_of_another_sampler_keeps_the_decision_that_came_in() {
    let cx = context().into_otel(&Context::new());
    let cx = with_local_span(&cx, TraceFlags::SAMPLED, &[]);
    let found = TraceContext::from_otel(&cx).expect("a span");
    assert_eq!(
        (found.sampling_priority(), found.tag("_dd.p.dm")),
        (Some(2), Some("-4"))
    );
}

#[test]
fn a_decision_left_open_is_that_of_the_first_local_span() {
    let rum = TraceContext::new(123, 321, None).with_origin("rum");
    let cx = rum.into_otel(&Context::new());
    for (flags, priority) in [(TraceFlags::SAMPLED, 1), (TraceFlags::NOT_SAMPLED, 0)] {
        let found = TraceContext::from_otel(&with_local_span(&cx, flags, &[]));
        let expected = TraceContext::new(123, 777, Some(priority)).with_origin("rum");
        assert_eq!(found, Some(expected));
    }
}

#[test]
fn a_new_trace_takes_its_decision_from_the_span_alone() {
    let other = TraceContext::new(456, 321, Some(2)).with_origin("lambda");
    for cx in [Context::new(), other.into_otel(&Context::new())] {
        for (flags, priority) in [(TraceFlags::SAMPLED, 1), (TraceFlags::NOT_SAMPLED, 0)] {
            let cx = with_local_span(&cx, flags, &[]);
            let expected = TraceContext::new(123, 777, Some(priority));
            assert_eq!(TraceContext::from_otel(&cx), Some(expected));
        }
        let cx = with_local_span(
            &cx,
            TraceFlags::SAMPLED,
            &[("dd", "s:2;o:a~b;t.dm:-4"), ("x", "1")],
        );
        let expected = changed(TraceContext::new(123, 777, Some(2)), |c| {
            c.set_vendor_members("x=1".to_owned());
        });
        let expected = expected.with_origin("a=b").with_tag("_dd.p.dm", "-4");
        assert_eq!(TraceContext::from_otel(&cx), Some(expected));
    }
}

#[test]
fn without_a_span_there_is_no_context() {
    assert_eq!(TraceContext::from_otel(&Context::new()), None);
    let synthetic = TraceContext::new(123, 0, Some(1)).with_origin("synthetics");
    let cx = synthetic.clone().into_otel(&Context::new());
    assert_eq!(TraceContext::from_otel(&cx), None);
    assert_eq!(
        TraceContext::propagated(&cx).map(|c| (**c).clone()),
        Some(synthetic)
    );
}

#[test]
fn the_member_of_a_trace_state_is_what_was_written() {
    let member = DdMember {
        priority: Some(-1),
        origin: Some(Cow::Borrowed("a=b")),
        decision_maker: Some(Cow::Borrowed("-4")),
        sample_rate: Some(Cow::Borrowed("0.5")),
    };
    let value = member.encode();
    assert_eq!(value, "s:-1;o:a~b;t.dm:-4;t.ksr:0.5");
    assert_eq!(DdMember::parse(&value), member);
    assert_eq!(DdMember::of(&TraceState::default()), None);
}

#[test]
fn a_span_of_the_sdk_continues_what_was_extracted() {
    let exporter = Finished::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let tracer = provider.tracer("test");
    let mut incoming = complete();
    incoming.insert(
        "x-datadog-tags",
        "_dd.p.tid=640cfd8d00000000,_dd.p.dm=-4,_dd.p.x=a=b",
    );
    incoming.insert("baggage", "b=2,a=1");

    let propagator = DatadogPropagator::default();
    let cx = propagator.extract_with_context(&Context::new(), &incoming);
    let cx = cx.with_span(tracer.start_with_context("work", &cx));
    let mut outgoing = Carrier::new();
    propagator.inject_context(&cx, &mut outgoing);
    cx.span().end();

    let spans = exporter.0.lock().expect("no test panics with it");
    let span_id = u64::from_be_bytes(spans[0].span_context.span_id().to_bytes());
    assert_eq!(spans[0].parent_span_id, SpanId::from(321));
    let expected = [
        ("x-datadog-trace-id", "123".to_owned()),
        ("x-datadog-parent-id", span_id.to_string()),
        ("x-datadog-sampling-priority", "1".to_owned()),
        (
            "x-datadog-tags",
            "_dd.p.tid=640cfd8d00000000,_dd.p.dm=-4,_dd.p.x=a=b".to_owned(),
        ),
        (
            "traceparent",
            format!("00-640cfd8d00000000000000000000007b-{span_id:016x}-01"),
        ),
        (
            "tracestate",
            format!("dd=s:1;p:{span_id:016x};t.dm:-4;t.x:a~b"),
        ),
        ("baggage", "a=1,b=2".to_owned()),
    ];
    assert_eq!(outgoing, expected.into_iter().collect());
}

#[test]
fn an_error_in_writing_tags_is_told_on_the_active_span() {
    let exporter = Finished::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let context = TraceContext::new(123, 321, Some(1)).with_tag("_dd.p.x", "v".repeat(600));
    let cx = context.into_otel(&Context::new());
    let cx = cx.with_span(provider.tracer("test").start_with_context("work", &cx));
    DatadogPropagator::default().inject_context(&cx, &mut Carrier::new());
    cx.span().end();

    let spans = exporter.0.lock().expect("no test panics with it");
    let error = KeyValue::new("_dd.propagation_error", "inject_max_size");
    assert_eq!(spans[0].attributes, [error]);
}

#[test]
fn baggage_travels_without_a_trace() {
    let propagator = DatadogPropagator::default();
    let incoming: Carrier = [("baggage", "a=1;p=2")].into_iter().collect();
    let cx = propagator.extract_with_context(&Context::new(), &incoming);
    assert!(!cx.span().span_context().is_valid());
    let mut outgoing = Carrier::new();
    propagator.inject_context(&cx, &mut outgoing);
    assert_eq!(outgoing, incoming);
}

#[test]
fn a_carrier_without_context_leaves_the_context_as_it_is() {
    let cx = with_local_span(&Context::new(), TraceFlags::SAMPLED, &[]);
    let cx = cx.with_baggage([KeyValue::new("a", "1")]);
    let found = DatadogPropagator::default().extract_with_context(&cx, &Carrier::new());
    assert_eq!(found.span().span_context(), cx.span().span_context());
    assert_eq!(found.baggage().len(), 1);
}

#[test]
fn the_fields_are_the_headers_written() {
    let propagator = DatadogPropagator::default();
    let context = context().into_otel(&Context::new());
    let mut carrier = Carrier::new();
    propagator.inject_context(&context, &mut carrier);
    let fields: Vec<_> = propagator.fields().collect();
    for (name, _) in &carrier {
        assert!(fields.contains(&name), "{name}");
    }
    assert_eq!(fields.len(), 8);
}
