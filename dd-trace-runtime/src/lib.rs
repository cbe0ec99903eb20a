#![doc = include_str!("../README.md")]
// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The folders, in the order in which an event travels through them. A folder uses only those above its own line,
// which `tests/wings.rs` checks against this list. Each folder's `mod.rs` says what comes in, what goes out and
// which folder is next.
//
//   log, random, spawn   what every wing may use
//   timer                time limits, where tokio has a timer
//   json                 JSON, read where it stands
//   msgpack              MessagePack, written straight
//   context              trace context, its carriers and its headers
//   event                the event as received, and which trigger sent it
//   handler              what a handler takes; the status of its response, its error, its panic
//   conventions          OpenTelemetry's names, as Datadog reads them
//   sampler              which traces are kept
//   config               the environment, read once
//   extraction           where in an event the trace context is, a file for each source
//   export               finished spans: how they wait, their encoding, the request to the agent
//   data_streams         what passes queues, topics and streams, counted
//   tracer               the tracer provider behind every span
//   telemetry            what a process has one of
//   span                 `aws.lambda`, and the spans inferred from the trigger
//   outgoing             the trace context, on its way out
//   explain              why a trace context was found or not, in words
//   invocation           one invocation, in a straight line
//   run                  the loop of invocations
//
//   aws, batch, http_client, lambda_http, subscriber, testing    what a handler or a feature asks for
//   extractors, guide, private               what users and generated code name

#[cfg(feature = "aws")]
pub mod aws;
pub mod batch;
mod config;
mod context;
mod conventions;
#[cfg(feature = "dsm")]
mod data_streams;
mod event;
mod explain;
mod export;
mod extraction;
pub mod extractors;
pub mod guide;
mod handler;
#[cfg(feature = "tower")]
pub mod http_client;
mod invocation;
mod json;
#[cfg(feature = "lambda_http")]
pub mod lambda_http;
mod log;
mod msgpack;
mod outgoing;
mod random;
mod run;
mod sampler;
mod span;
mod spawn;
#[cfg(feature = "tracing")]
mod subscriber;
mod telemetry;
#[cfg(test)]
mod test_log;
#[cfg(feature = "testing")]
pub mod testing;
mod timer;
mod tracer;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use context::carrier::Carrier;
pub use dd_trace_macros::{TracedPayload, traced_handler};
pub use outgoing::authorizer::authorizer_context;

pub use context::propagation::DatadogPropagator;
pub use context::trace_context::TraceContext;
pub use event::raw::RawEvent;
pub use event::trigger::{Trigger, TriggerKind};
pub use explain::{Explanation, explain, explain_with};
pub use extraction::extractor::{EventView, Extracted, Extraction, Extractor, IntoCarrier};
pub use handler::error::TracedError;
pub use handler::event_error::EventError;
pub use handler::{HandlerError, HandlerInput, HandlerOutput};
#[cfg(feature = "dsm")]
pub use outgoing::checkpoints::{set_consume_checkpoint, set_produce_checkpoint};
pub use outgoing::payload::{CarrierShape, Traced, TracedPayload, Untraced};
pub use outgoing::trace_headers::trace_headers;
pub use run::host::{SendEvery, Unsent};
pub use run::layer::{SendAfterResponse, TraceLayer, TraceService, layer};
pub use run::{TracedHandler, run, run_concurrent};
pub use span::current::{InvocationSpanRef, invocation_span};
pub use spawn::{InTrace, OfClosure, OfFuture, Work, in_current_trace, spawn};
#[cfg(feature = "tracing")]
pub use subscriber::{
    LogCorrelation, log_layer, log_layer_with_writer, tracing_layer, tracing_layer_with,
};
pub use telemetry::{Telemetry, init};

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
