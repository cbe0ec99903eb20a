//! The tracer behind `tracing` spans.

use opentelemetry::Context;
use opentelemetry::trace::{SpanBuilder, Tracer};

use crate::telemetry::Telemetry;
use crate::tracer::any::AnySpan;

/// Asks the parent's context which telemetry is in force, and only when a span starts.
///
/// So a subscriber may be composed before tracing is initialised, and with another provider than ours.
#[derive(Debug, Clone, Copy)]
pub(super) struct TracerByContext;

impl Tracer for TracerByContext {
    type Span = AnySpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> AnySpan {
        let telemetry = Telemetry::of(parent);
        let tracer = telemetry.tracer();
        if telemetry.enabled() {
            return tracer.build_with_context(builder, parent);
        }
        // The SDK has no other way to a span that records nothing.
        tracer.build_with_context(builder, &parent.with_telemetry_suppressed())
    }
}
