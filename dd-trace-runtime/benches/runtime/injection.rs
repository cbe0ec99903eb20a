//! The active trace context into a carrier.

use dd_trace_runtime::{Carrier, DatadogPropagator, trace_headers};
use divan::Bencher;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{TraceContextExt, Tracer};
use opentelemetry::{Context, global};

/// A span that continues a producer's trace, as in a handler.
pub(crate) fn context() -> Context {
    dd_trace_runtime::init();
    let carrier = Carrier::from_json(&crate::events::headers().to_string()).unwrap();
    let parent = DatadogPropagator::default().extract_with_context(&Context::new(), &carrier);
    let span = global::tracer("bench").start_with_context("bench", &parent);
    parent.with_span(span)
}

#[divan::bench(name = "trace_headers")]
fn headers(bencher: Bencher<'_, '_>) {
    let _active = context().attach();
    assert!(!trace_headers().is_empty());
    bencher.bench_local(trace_headers);
}

#[divan::bench]
fn propagator(bencher: Bencher<'_, '_>) {
    let propagator = DatadogPropagator::default();
    let context = context();
    bencher.bench_local(|| {
        let mut carrier = Carrier::new();
        propagator.inject_context(divan::black_box(&context), &mut carrier);
        carrier
    });
}
