//! The tracer provider behind every span: ours, or the user's.
//!
//! - In: the settings, and spans that start and end.
//! - Out: ids for new spans, and finished spans handed to [`export`](crate::export) or to the user's provider.
//! - Next: [`telemetry`](crate::telemetry), which holds the provider that is in force.

pub(crate) mod any;
pub(crate) mod id_generator;
mod limits;
mod open_span;
mod own;
pub(crate) mod provider;
#[cfg(feature = "tracing")]
mod same_span;
mod span;
#[cfg(test)]
mod tests;
mod trace;
pub(crate) mod unfinished;
pub(crate) mod user_provider;

use std::any::Any;
use std::sync::Weak;

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

use self::trace::Trace;

/// Says to which invocation the trace of the active span of `context` belongs.
pub(crate) fn set_invocation(context: &Context, invocation: Weak<dyn Any + Send + Sync>) {
    if let Some(trace) = Trace::of(&context.span()) {
        trace.set_invocation(invocation);
    }
}
