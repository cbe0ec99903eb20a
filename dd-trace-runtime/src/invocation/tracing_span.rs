//! The function's span as a span of `tracing`.

use opentelemetry::Context;
use tracing::subscriber::Interest;
use tracing::{Dispatch, Event, Metadata, Span, Subscriber, dispatcher, info_span};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context as LayerContext;

use crate::tracer::same_span::set_in_log_line;

/// A layer that does nothing. Its presence in a subscriber says that `tracing` spans become spans of the trace.
#[derive(Debug)]
pub(crate) struct Bridge;

impl<S: Subscriber> Layer<S> for Bridge {
    fn register_callsite(&self, _: &'static Metadata<'static>) -> Interest {
        Interest::always()
    }

    fn on_event(&self, _: &Event<'_>, _: LayerContext<'_, S>) {
        set_in_log_line(false);
    }
}

/// A layer before that of `tracing-opentelemetry`, which says that the latter is about to see a log line. [`Bridge`],
/// behind it, takes that back.
#[derive(Debug)]
pub(crate) struct BeforeBridge;

impl<S: Subscriber> Layer<S> for BeforeBridge {
    fn on_event(&self, _: &Event<'_>, _: LayerContext<'_, S>) {
        set_in_log_line(true);
    }
}

/// The target of the `tracing` span; no other span has it.
pub(crate) const TARGET: &str = "dd_trace_runtime::invocation_span";

/// The `tracing` span in which the handler of an invocation runs; a disabled span if `tracing` spans don't become
/// spans of the trace.
///
/// `tracing::Span::record` takes only fields that are declared here; `OpenTelemetrySpanExt::set_attribute` takes
/// any.
pub(super) fn of(context: &Context, request_id: &str) -> Span {
    if !dispatcher::get_default(Dispatch::is::<Bridge>) {
        return Span::none();
    }
    let _active = context.clone().attach();
    info_span!(
        target: TARGET,
        "aws.lambda",
        requestId = request_id,
        otel.status_code = tracing::field::Empty,
        otel.status_description = tracing::field::Empty,
        resource.name = tracing::field::Empty,
        "error.type" = tracing::field::Empty,
        error.message = tracing::field::Empty,
    )
}
