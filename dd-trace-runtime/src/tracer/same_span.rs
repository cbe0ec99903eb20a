//! A second handle to a span that is already open.

use std::borrow::Cow;
use std::time::SystemTime;

use opentelemetry::trace::{self, SpanContext, Status, TraceContextExt};
use opentelemetry::{Context, KeyValue};

/// The active span of a context, as the OpenTelemetry span behind a `tracing` span. Every change goes to the
/// span of the context, which doesn't end with the `tracing` span.
///
/// Log lines inside the `tracing` span don't become events, and a line of level `ERROR` doesn't mark the span as
/// failed: a function may log an error and go on.
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

/// Whether these are the attributes of a log line: `tracing-opentelemetry` puts these two first.
fn is_log_line(attributes: &[KeyValue]) -> bool {
    matches!(attributes, [level, target, ..] if level.key.as_str() == "level" && target.key.as_str() == "target")
}

impl trace::Span for SameSpan {
    fn add_event_with_timestamp<T>(&mut self, name: T, at: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        if !is_log_line(&attributes) {
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
        self.context.span().set_attribute(attribute);
    }

    /// Log lines of level `ERROR` set an error without a description, which is ignored.
    fn set_status(&mut self, status: Status) {
        let is_of_log_line =
            matches!(&status, Status::Error { description } if description.is_empty());
        if !is_of_log_line {
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
