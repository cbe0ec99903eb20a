#![doc = include_str!("../README.md")]

mod answer;
mod authorizer;
#[cfg(feature = "_aws")]
pub mod aws;
mod capture;
mod carrier;
mod child_span;
mod cold_start;
mod config;
mod conventions;
mod deadline;
mod durable_execution;
mod erased;
mod error;
mod event;
mod event_error;
mod export;
mod extraction;
mod extractor;
pub mod extractors;
mod failure;
pub mod guide;
mod handler;
mod host;
mod id_generator;
mod inferred;
mod invoke;
mod json;
#[cfg(feature = "lambda_http")]
pub mod lambda_http;
mod layer;
mod load;
mod log;
mod members;
mod outcome;
mod panic;
mod payload;
mod processor;
mod propagation;
mod provider;
mod random;
mod run;
mod running;
mod sampler;
mod service_names;
#[cfg(unix)]
mod sigterm;
mod snapstart;
mod span;
mod spawn;
mod status;
mod streaming;
#[cfg(feature = "tracing")]
mod subscriber;
mod telemetry;
#[cfg(test)]
mod test_log;
#[cfg(feature = "testing")]
pub mod testing;
mod timeout;
mod trace_context;
mod trace_headers;
mod trigger;
mod user_provider;
mod vars;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use authorizer::authorizer_context;
pub use carrier::Carrier;
pub use dd_trace_macros::{TracedPayload, traced_handler};

pub use error::TracedError;
pub use event::RawEvent;
pub use event_error::EventError;
pub use extractor::{EventView, Extracted, Extraction, Extractor, IntoCarrier};
pub use handler::{HandlerError, HandlerInput, HandlerOutput};
pub use host::{SendEvery, Unsent};
pub use layer::{SendAfterResponse, TraceLayer, TraceService, layer};
pub use payload::{CarrierShape, Traced};
pub use propagation::DatadogPropagator;
pub use run::{TracedHandler, run, run_concurrent};
pub use spawn::spawn;
#[cfg(feature = "tracing")]
pub use subscriber::{
    LogCorrelation, log_layer, log_layer_with_writer, tracing_layer, tracing_layer_with,
};
pub use telemetry::{Telemetry, init};
pub use trace_context::TraceContext;
pub use trace_headers::trace_headers;
pub use trigger::{Trigger, TriggerKind};

/// Finds the trace context of an invocation by the built-in extraction alone.
///
/// This is what would become the parent of the function's spans; `None` means a new trace. With
/// `DD_TRACE_ENABLED=false` nothing is extracted.
///
/// ```
/// use dd_trace_runtime::{RawEvent, extract_trace_context};
/// use lambda_runtime::Context;
///
/// let event = RawEvent::from(
///     r#"{"headers":{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}}"#.to_owned(),
/// );
/// let parent = extract_trace_context(&event, &Context::default()).unwrap();
/// assert_eq!((parent.trace_id(), parent.parent_id()), (1, 2));
/// ```
#[must_use]
pub fn extract_trace_context(
    event: &RawEvent,
    context: &lambda_runtime::Context,
) -> Option<TraceContext> {
    let telemetry = Telemetry::current();
    if !telemetry.enabled() {
        return None;
    }
    extraction::extract(event, context, telemetry.extraction())
        .map(|parent| parent.context)
        .filter(TraceContext::is_usable)
}
