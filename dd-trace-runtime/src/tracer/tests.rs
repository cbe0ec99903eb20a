//! Spans of ours, and the decision on their trace.

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use opentelemetry::trace::{
    Event, Link, Span as _, SpanBuilder, SpanContext, SpanId, SpanKind, Status, TraceContextExt,
    TraceFlags, TraceId, TraceState, Tracer as _,
};
use opentelemetry::{Context, KeyValue};
use serde_json::Value;

use super::provider::{OwnProvider, Source};
use crate::config::Config;
use crate::context::trace_context::TraceContext;
use crate::tracer::any::AnyTracer;

/// A provider with these variables, and its tracer.
fn provider(vars: &[(&str, &str)]) -> (OwnProvider, AnyTracer) {
    let provider = OwnProvider::new(&Config::from_vars(|name| {
        vars.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, value)| (*value).to_owned())
    }));
    let tracer = Source::Own(provider.clone()).tracer("test");
    (provider, tracer)
}

/// The spans that the agent would get, a chunk for each trace.
fn sent(provider: &OwnProvider) -> Vec<Vec<Value>> {
    let chunks = provider.exporter.take_chunks();
    chunks
        .iter()
        .map(|chunk| rmp_serde::from_slice(chunk).unwrap())
        .collect()
}

/// The priority and the decision maker that a span's trace context has.
fn decided(cx: &Context) -> (Option<i8>, Option<String>) {
    let context = TraceContext::from_otel(cx).unwrap();
    let maker = context.tag("_dd.p.dm").map(str::to_owned);
    (context.sampling_priority(), maker)
}

fn some(priority: i8, maker: &str) -> (Option<i8>, Option<String>) {
    (Some(priority), Some(maker.to_owned()))
}

const KEEP_A: (&str, &str) = (
    "DD_TRACE_SAMPLING_RULES",
    r#"[{"tags":{"team":"a"},"sample_rate":1},{"sample_rate":0}]"#,
);

mod decision;
mod spans;
