//! A tracer provider of the user's, such as Datadog's own tracer, and the propagator that came with it.

mod flush;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use opentelemetry::global::{BoxedTracer, get_text_map_propagator};
use opentelemetry::trace::{Span, SpanContext, TraceContextExt, TracerProvider};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SdkTracerProvider;

use self::flush::Flushes;
use crate::context::carrier::Carrier;
use crate::context::propagation::{DatadogPropagator, DdMember};
use crate::context::trace_context::{TRACE_ID_HIGH, TraceContext};

/// What the rest of the library asks of such a provider.
///
/// It is a trait so that only a program that hands over a provider links the SDK and what follows from it here.
pub(crate) trait UserProvider: Debug + Send + Sync {
    /// A tracer with this name.
    fn tracer(&self, name: &'static str) -> BoxedTracer;

    /// Makes it OpenTelemetry's global provider.
    fn make_global(&self);

    /// Whether the global propagator came with it.
    fn has_propagator(&self) -> bool;

    /// As [`TraceContext::into_otel`], with the values that the user's propagator leaves in a context for its sampler
    /// and its spans: Datadog's tracer keeps priority, origin and tags of a trace only there.
    fn continuing(&self, trace: TraceContext, cx: &Context) -> Context;

    /// Adds the decision of the user's sampler to the trace context of the active span of `cx`, if the trace began in
    /// this process.
    fn decide(&self, cx: &Context, trace: &mut TraceContext);

    /// Flushes, unless an earlier flush should have ended by now.
    fn flush(&self, within: Duration) -> Flushing<'_, ()>;

    /// Flushes after any flush that is running. Returns whether the flush has ended well and in time.
    fn flush_last(&self, limit: Duration) -> Flushing<'_, bool>;
}

type Flushing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// A provider of the SDK, and what we know about it.
#[derive(Debug)]
pub(crate) struct SdkProvider {
    flushes: Flushes,
    make_global: fn(SdkTracerProvider),
    /// Whether there is a global propagator, which stays: only it may know the decision of the provider's sampler, and
    /// only it may be able to tell the sampler of a producer's decision.
    has_propagator: bool,
}

impl SdkProvider {
    /// Looks whether a global propagator is set. `make_global` is OpenTelemetry's function for that, or stands in for it.
    pub(crate) fn new(provider: SdkTracerProvider, make_global: fn(SdkTracerProvider)) -> Self {
        Self {
            flushes: Flushes::new(provider),
            make_global,
            has_propagator: get_text_map_propagator(|global| global.fields().next().is_some()),
        }
    }
}

impl UserProvider for SdkProvider {
    fn tracer(&self, name: &'static str) -> BoxedTracer {
        BoxedTracer::new(Box::new(self.flushes.provider().tracer(name)))
    }

    fn make_global(&self) {
        (self.make_global)(self.flushes.provider().clone());
    }

    fn has_propagator(&self) -> bool {
        self.has_propagator
    }

    fn continuing(&self, trace: TraceContext, cx: &Context) -> Context {
        if !self.has_propagator {
            return trace.into_otel(cx);
        }
        let mut carrier = Carrier::new();
        DatadogPropagator::default().inject_trace_context(&trace, &mut carrier);
        let told = get_text_map_propagator(|global| global.extract_with_context(cx, &carrier));
        with_flags_of(&told, trace.into_otel(&told))
    }

    fn decide(&self, cx: &Context, trace: &mut TraceContext) {
        let span = cx.span();
        let member = DdMember::of(span.span_context().trace_state());
        if !self.has_propagator || member.is_some_and(|member| member.priority.is_some()) {
            return;
        }
        let mut carrier = Carrier::new();
        get_text_map_propagator(|global| global.inject_context(cx, &mut carrier));
        let told = DatadogPropagator::default().extract_trace_context(&carrier);
        if let Some(told) = told.filter(|told| told.is_same_span(trace)) {
            trace.sampling_priority = told.sampling_priority();
            trace.clone_tags_and_origin(&told);
        }
    }

    fn flush(&self, within: Duration) -> Flushing<'_, ()> {
        Box::pin(self.flushes.flush(within))
    }

    fn flush_last(&self, limit: Duration) -> Flushing<'_, bool> {
        Box::pin(self.flushes.flush_last(limit))
    }
}

/// Sets the upper half of the trace id on the first span of this process in a trace. Datadog's tracer does so for a
/// trace that it continues, but not for one that it begins.
pub(crate) fn name_trace_id_high(span: &mut impl Span, parent: &Context) {
    let parent = parent.span().span_context().clone();
    if parent.is_valid() && !parent.is_remote() {
        return;
    }
    let trace_id = u128::from_be_bytes(span.span_context().trace_id().to_bytes());
    let high = trace_id >> 64;
    if high != 0 {
        span.set_attribute(KeyValue::new(TRACE_ID_HIGH, format!("{high:016x}")));
    }
}

/// `cx` with the trace flags of `told`, if both are of the same trace. The flags may say more than whether it is
/// sampled, such as that there is no decision yet.
fn with_flags_of(told: &Context, cx: Context) -> Context {
    let told = told.span().span_context().clone();
    let ours = cx.span().span_context().clone();
    if told.trace_id() != ours.trace_id() || told.trace_flags() == ours.trace_flags() {
        return cx;
    }
    cx.with_remote_span_context(SpanContext::new(
        ours.trace_id(),
        ours.span_id(),
        told.trace_flags(),
        true,
        ours.trace_state().clone(),
    ))
}
