#![doc = include_str!("../README.md")]
// On docs.rs each item says which feature it needs.
#![cfg_attr(docsrs, feature(doc_cfg))]

// The modules, each above those that use it: a module uses only those listed above its own line, which
// `tests/modules.rs` checks against this list. From `json` to `run`, a folder's `mod.rs` says what comes in, what goes
// out and which module is next.
//
//   sync                 locks that a panic elsewhere doesn't poison
//   log, random, spawn   what every module may use
//   digits               decimal and hexadecimal digits, written and read
//   timer                timeouts; none where the tokio runtime was built without timers
//   json                 a JSON reader that copies nothing
//   msgpack              a MessagePack encoder without an intermediate tree
//   context              trace context, its carriers and its headers
//   conventions          Datadog's operation, resource, type and tags for OpenTelemetry's names
//   event                the raw event, and which trigger sent it
//   handler              a handler's input, and its outcome: HTTP status, error or panic
//   sampler              which traces are kept
//   config               environment variables, read once: DD_SERVICE and the others
//   extraction           finds or computes the trace context; a file for each source, and what the sources share
//   agent                one request to the Datadog agent, its answer, and the pauses after a failure
//   export               finished spans: keeps and encodes them, and decides when they are sent
//   data_streams         feature `dsm`: pathways through queues, topics and streams, and their counts
//   tracer               the tracer provider behind every span
//   telemetry            the state of the process: configuration, propagator, tracer, exporter
//   span                 `aws.lambda`, and the spans inferred from the trigger
//   outgoing             injects the trace context into payloads, headers and authorizers' results
//   explain              a report that says why a trace context was or wasn't found
//   invocation           one invocation: extract, start the span, call the handler, record its outcome
//   run                  the loop of invocations, SIGTERM, hosts
//
//   aws, batch, http_client, lambda_http, subscriber, testing    public modules, most behind a feature
//   extractors, guide, private               extractors to choose from, the guide, what generated code names

mod agent;
#[cfg(feature = "aws")]
pub mod aws;
pub mod batch;
mod config;
mod context;
mod conventions;
#[cfg(feature = "dsm")]
mod data_streams;
mod digits;
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
mod sync;
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
pub use invocation::span_ref::{InvocationSpanRef, invocation_span};
#[cfg(feature = "dsm")]
pub use outgoing::checkpoints::{
    set_consume_checkpoint, set_produce_checkpoint, with_produce_checkpoint,
};
pub use outgoing::payload::{CarrierShape, Traced, TracedPayload, Untraced};
pub use outgoing::trace_headers::trace_headers;
pub use run::host::{SendEvery, Unsent};
pub use run::layer::{SendAfterResponse, TraceLayer, TraceService, layer};
pub use run::{TracedHandler, run, run_concurrent};
pub use spawn::{InTrace, OfClosure, OfFuture, Work, in_current_trace, spawn};
#[cfg(feature = "tracing")]
pub use subscriber::{
    LogCorrelation, log_layer, log_layer_with_writer, tracing_layer, tracing_layer_with,
};
pub use telemetry::{Telemetry, init};

/// Finds the trace context of an invocation with the built-in extraction only.
///
/// Returns the context that the function's spans would have as their parent, or `None` if they would start a new
/// trace. Always returns `None` with `DD_TRACE_ENABLED=false`.
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
