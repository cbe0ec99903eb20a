//! Starting a span below another.

use opentelemetry::Context;
use opentelemetry::trace::{Span, TraceContextExt};

use crate::context::trace_context::TraceContext;
use crate::telemetry::Telemetry;
use crate::tracer::id_generator::continuing;
use crate::tracer::provider::Source;
use crate::tracer::user_provider::name_trace_id_high;

/// Starts a span below `parent`: in a synthetic test's trace, which has an id and no span yet, as its first.
pub(crate) fn start_below<S: Span>(
    telemetry: &Telemetry,
    parent: &Context,
    build: impl FnOnce() -> S,
) -> S {
    let mut span = match TraceContext::propagated(parent) {
        Some(context)
            if context.trace_id() != 0
                && context.parent_id() == 0
                && !parent.span().span_context().is_valid() =>
        {
            continuing(context.trace_id(), build)
        }
        _ => build(),
    };
    if let Source::User(_) = telemetry.source() {
        name_trace_id_high(&mut span, parent);
    }
    span
}
