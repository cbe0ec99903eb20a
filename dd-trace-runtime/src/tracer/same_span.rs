//! A second handle to a span that is already open.

use std::borrow::Cow;
use std::cell::Cell;
use std::time::SystemTime;

use opentelemetry::trace::{self, SpanContext, Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

/// The active span of a context, as the OpenTelemetry span behind a `tracing` span. Every change goes to the
/// span of the context, which doesn't end with the `tracing` span.
///
/// Log lines inside the `tracing` span don't change the span: a function may log an error and go on.
#[derive(Debug)]
pub(crate) struct SameSpan {
    context: Context,
    span_context: SpanContext,
}

impl SameSpan {
    pub(super) fn new(context: Context) -> Self {
        let span_context = context.span().span_context().clone();
        Self {
            context,
            span_context,
        }
    }
}

thread_local! {
    static IN_LOG_LINE: Cell<bool> = const { Cell::new(false) };
}

/// Says whether `tracing-opentelemetry` is being told of a log line on this thread. It then sets a status, attributes
/// and an event, as the user can.
pub(crate) fn set_in_log_line(is_in: bool) {
    IN_LOG_LINE.set(is_in);
}

impl trace::Span for SameSpan {
    fn add_event_with_timestamp<T>(&mut self, name: T, at: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        if !IN_LOG_LINE.get() {
            let span = self.context.span();
            span.add_event_with_timestamp(name, at, attributes);
        }
    }

    fn span_context(&self) -> &SpanContext {
        &self.span_context
    }

    fn is_recording(&self) -> bool {
        self.context.span().is_recording()
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        if !IN_LOG_LINE.get() {
            self.context.span().set_attribute(attribute);
        }
    }

    fn set_status(&mut self, status: Status) {
        if !IN_LOG_LINE.get() {
            self.context.span().set_status(status);
        }
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        self.context.span().update_name(name);
    }

    fn add_link(&mut self, context: SpanContext, attributes: Vec<KeyValue>) {
        self.context.span().add_link(context, attributes);
    }

    fn end_with_timestamp(&mut self, _: SystemTime) {}
}
