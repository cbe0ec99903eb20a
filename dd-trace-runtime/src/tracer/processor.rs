//! Hands finished spans to the exporter.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{Span as _, TraceContextExt};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use crate::context::trace_context::TraceContext;
use crate::export::Exporter;

/// Runs synchronously where spans start and end; nothing here waits.
#[derive(Debug)]
pub(crate) struct Processor {
    exporter: Arc<Exporter>,
}

impl Processor {
    pub(crate) fn new(exporter: Arc<Exporter>) -> Self {
        Self { exporter }
    }
}

impl SpanProcessor for Processor {
    /// The first span of this process in a trace carries the trace's tags to the agent. A finished span
    /// has no context any more, so they are copied now.
    fn on_start(&self, span: &mut Span, context: &Context) {
        let parent = context.span();
        let parent = parent.span_context();
        // A synthetic test's trace has an id and no parent span.
        let is_first = parent.is_remote() || !parent.is_valid();
        let Some(parent) = TraceContext::propagated(context).filter(|_| is_first) else {
            return;
        };
        for (key, value) in parent.tags() {
            span.set_attribute(KeyValue::new(key.to_owned(), value.to_owned()));
        }
        if let Some(id) = parent.last_parent_id {
            span.set_attribute(KeyValue::new("_dd.parent_id", format!("{id:016x}")));
        }
        if let Some(error) = &parent.propagation_error {
            span.set_attribute(KeyValue::new(
                "_dd.propagation_error",
                error.clone().into_owned(),
            ));
        }
    }

    fn on_end(&self, span: SpanData) {
        self.exporter.push(span);
    }

    /// Sending needs an executor: `Telemetry::flush` does it.
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
