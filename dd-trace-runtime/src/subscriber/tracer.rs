//! The tracer behind `tracing` spans.

use std::borrow::Cow;

use opentelemetry::trace::{SpanBuilder, TraceContextExt, Tracer};
use opentelemetry::{Context, Value};

use crate::invocation::tracing_span;
use crate::telemetry::{Telemetry, durable};
use crate::tracer::any::AnySpan;

/// Asks the parent's context which telemetry is in force, when a span starts and not before.
///
/// So a subscriber may be composed before tracing is initialised, and with another provider than ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct TracerByContext;

impl Tracer for TracerByContext {
    type Span = AnySpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> AnySpan {
        if has(&builder, "target", |target| {
            target.as_str() == tracing_span::TARGET
        }) {
            return of_invocation(parent);
        }
        let parent = parent_of(&builder, parent);
        let telemetry = Telemetry::of(&parent);
        let tracer = telemetry.tracer();
        if telemetry.enabled() {
            return tracer.build_with_context(builder, &parent);
        }
        // The SDK has no other way to make a span that records nothing.
        tracer.build_with_context(builder, &parent.with_telemetry_suppressed())
    }
}

/// The span of the invocation, for the `tracing` span in which its handler runs.
fn of_invocation(context: &Context) -> AnySpan {
    let running = Telemetry::running_in(context);
    let span = running.and_then(|running| running.span());
    span.map_or_else(AnySpan::none, AnySpan::same)
}

/// The field of a span that begins a new trace.
const NEW_TRACE: &str = "datadog.new_trace";

/// The field by which AWS's SDK for durable functions names the invocation.
const REQUEST_ID: &str = "requestId";

/// Inside an invocation, a span without a parent belongs below the span of the invocation: libraries use
/// `parent: None` when they know no better one.
fn parent_of<'a>(builder: &SpanBuilder, parent: &'a Context) -> Cow<'a, Context> {
    if has(builder, NEW_TRACE, |flag| *flag != Value::Bool(false)) {
        return Cow::Owned(Telemetry::current().attach_to(&Context::new()));
    }
    if Telemetry::in_context(parent).is_some() || parent.has_active_span() {
        return Cow::Borrowed(parent);
    }
    let running = Context::map_current(Telemetry::running_in);
    let invocation = running.and_then(|running| running.span());
    let invocation = invocation.or_else(|| durable::context_of(text(builder, REQUEST_ID)?));
    invocation.map_or(Cow::Borrowed(parent), Cow::Owned)
}

fn text<'a>(builder: &'a SpanBuilder, key: &str) -> Option<&'a str> {
    let mut attributes = builder.attributes.iter().flatten();
    match &attributes
        .find(|attribute| attribute.key.as_str() == key)?
        .value
    {
        Value::String(text) => Some(text.as_str()),
        _ => None,
    }
}

fn has(builder: &SpanBuilder, key: &str, fits: impl Fn(&Value) -> bool) -> bool {
    let mut attributes = builder.attributes.iter().flatten();
    attributes.any(|attribute| attribute.key.as_str() == key && fits(&attribute.value))
}
