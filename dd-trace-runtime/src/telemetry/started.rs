//! What is known of a span when it starts, and isn't sent with it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::{Span as _, TraceContextExt};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

use crate::context::trace_context::TraceContext;

/// The trace contexts of the spans of one invocation, in the order in which they started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Started(Arc<Mutex<Contexts>>);

#[derive(Debug, Default)]
struct Contexts {
    parent: Option<TraceContext>,
    spans: Vec<TraceContext>,
}

impl Started {
    /// What the extraction found.
    pub(crate) fn parent(&self) -> Option<TraceContext> {
        self.contexts().parent.clone()
    }

    /// What is propagated while a span is active, and how many started before it.
    pub(crate) fn context_of(&self, span_id: u64) -> Option<(usize, TraceContext)> {
        let contexts = self.contexts();
        let mut spans = contexts.spans.iter().enumerate();
        let (at, context) = spans.find(|(_, context)| context.parent_id() == span_id)?;
        Some((at, context.clone()))
    }

    fn contexts(&self) -> MutexGuard<'_, Contexts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SpanProcessor for Started {
    fn on_start(&self, span: &mut Span, parent: &Context) {
        let active = parent.with_remote_span_context(span.span_context().clone());
        let mut contexts = self.contexts();
        if contexts.parent.is_none() {
            contexts.parent = TraceContext::propagated(parent).map(|parent| (**parent).clone());
        }
        contexts.spans.extend(TraceContext::from_otel(&active));
    }

    fn on_end(&self, _: SpanData) {}

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
