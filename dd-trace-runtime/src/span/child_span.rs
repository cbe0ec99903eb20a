//! Starting a span below another.

use opentelemetry::Context;
use opentelemetry::trace::Span;

use crate::telemetry::Telemetry;
use crate::tracer::provider::Source;
use crate::tracer::user_provider::name_trace_id_high;

/// Starts a span below `parent`.
pub(crate) fn start_below<S: Span>(
    telemetry: &Telemetry,
    parent: &Context,
    build: impl FnOnce() -> S,
) -> S {
    let mut span = build();
    if let Source::User(_) = telemetry.source() {
        name_trace_id_high(&mut span, parent);
    }
    span
}
