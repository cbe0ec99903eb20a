//! `tracing` spans as spans of the trace.

use tracing::{Metadata, Subscriber};
use tracing_opentelemetry::OpenTelemetryLayer;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{FilterExt, FilterFn, LevelFilter};
use tracing_subscriber::layer::Filter;
use tracing_subscriber::registry::LookupSpan;

use super::tracer::TracerByContext;
use crate::invocation::tracing_span;

/// A layer for your subscriber that makes `tracing` spans children of the `aws.lambda` span.
///
/// Spans of level `INFO` and above, which `#[instrument]` makes by default, become spans of the trace with the
/// same nesting. While one is entered, [`trace_headers`](crate::trace_headers) and
/// [`TracedPayload`](crate::TracedPayload) carry *its* id, and OpenTelemetry spans are its children. Its fields
/// become tags. `otel.name`, `otel.kind` and `otel.status_code` set its name, kind and status, and the
/// attributes to which Datadog gives a meaning (`operation.name`, `resource.name`, `span.type`, `service.name`)
/// have it here, too. Events inside it are its span events; one of level `ERROR`, such as that of
/// `#[instrument(err)]`, marks it as failed.
///
/// In a handler, outside of spans of your own, `tracing::Span::current()` is the function's span: `set_attribute`,
/// `context` and the other methods of `tracing_opentelemetry::OpenTelemetrySpanExt` act on `aws.lambda`, and so
/// does `record` for `resource.name`, `otel.status_code` and `error.message`, as a `tracing` span takes only
/// fields that it was declared with. Log lines there are not its events, and one of level `ERROR` doesn't mark
/// it as failed. [`invocation_span`](crate::invocation_span) is the same span, also from below others.
///
/// A span without a parent (`parent: None`), as libraries start them, is also below `aws.lambda`. One with the
/// field `datadog.new_trace = true` begins a trace of its own.
///
/// Compose it before or after [`run`](crate::run) or [`init`](crate::init()), in any order with other layers.
/// `lambda_runtime::tracing::init_default_subscriber()` installs a subscriber that takes no more layers:
/// [`log_layer`](crate::log_layer) is the same as a layer. The spans that `lambda_runtime` itself makes, around
/// an invocation and in each worker, belong only to the log lines: they aren't part of the trace.
///
/// It is itself a layer of `tracing_opentelemetry`, so don't add your own: two of them in a subscriber share
/// the state of a span, which a debug assertion in that crate refuses when the span closes. To send spans to
/// another provider, pass it to [`Telemetry::with_tracer_provider`](crate::Telemetry::with_tracer_provider).
///
/// ```
/// use tracing_subscriber::prelude::*;
///
/// tracing_subscriber::registry()
///     .with(dd_trace_runtime::tracing_layer())
///     .with(dd_trace_runtime::log_layer())
///     .init();
/// ```
#[must_use = "a layer does nothing until it is part of a subscriber"]
pub fn tracing_layer<S>() -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    tracing_layer_with(LevelFilter::INFO)
}

/// As [`tracing_layer`], for the spans and events that `filter` lets through.
///
/// ```
/// use tracing_subscriber::filter::{LevelFilter, Targets};
/// use tracing_subscriber::prelude::*;
///
/// let spans = Targets::new()
///     .with_default(LevelFilter::INFO)
///     .with_target("shop", LevelFilter::DEBUG);
/// tracing_subscriber::registry()
///     .with(dd_trace_runtime::tracing_layer_with(spans))
///     .init();
/// ```
#[must_use = "a layer does nothing until it is part of a subscriber"]
pub fn tracing_layer_with<S, F>(filter: F) -> impl Layer<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
    F: Filter<S> + Send + Sync + 'static,
{
    let not_the_runtime = FilterFn::new(|metadata| !is_of_the_runtime(metadata))
        .with_max_level_hint(LevelFilter::TRACE);
    let of_invocation = FilterFn::new(|metadata| metadata.target() == tracing_span::TARGET)
        .with_max_level_hint(LevelFilter::INFO);
    let spans = OpenTelemetryLayer::new(TracerByContext)
        // The thread of a function is meaningless, and so is the place of the code on the build machine.
        .with_threads(false)
        .with_location(false)
        // These take two clock readings each time a future is polled.
        .with_tracked_inactivity(false);
    tracing_span::BeforeBridge
        .and_then(spans)
        .and_then(tracing_span::Bridge)
        .with_filter(filter.and(not_the_runtime).or(of_invocation))
}

/// The span around each invocation, and that of each worker of `run_concurrent`. Each would be a trace of its
/// own, because nothing is active where they start.
fn is_of_the_runtime(metadata: &Metadata<'_>) -> bool {
    let target = metadata.target();
    let of_crate = target.split("::").next().unwrap_or(target);
    matches!(of_crate, "lambda_runtime" | "lambda_runtime_api_client")
}
