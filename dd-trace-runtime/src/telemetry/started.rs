//! What is known about a span when it starts, and isn't sent with it.

use std::sync::{Arc, Mutex, MutexGuard};

use opentelemetry::Context;

use crate::context::local_trace::LocalTrace;
use crate::context::trace_context::TraceContext;
use crate::export::SpanData;
use crate::sync::lock;
use crate::tracer::provider::Observer;

/// The trace contexts of the spans of one invocation, in the order in which they started.
#[derive(Debug, Clone, Default)]
pub(crate) struct Started(Arc<Mutex<Contexts>>);

#[derive(Debug, Default)]
struct Contexts {
    parent: Option<TraceContext>,
    /// Without the sampling decision, which usually isn't taken when a span starts.
    spans: Vec<(TraceContext, Arc<dyn LocalTrace>)>,
}

impl Started {
    /// What the extraction found.
    pub(crate) fn parent(&self) -> Option<TraceContext> {
        self.contexts().parent.clone()
    }

    /// What is propagated while a span is active, and how many spans started before it.
    pub(crate) fn context_of(&self, span_id: u64) -> Option<(usize, TraceContext)> {
        let contexts = self.contexts();
        let mut spans = contexts.spans.iter().enumerate();
        let (at, (context, trace)) =
            spans.find(|(_, (context, _))| context.parent_id() == span_id)?;
        let mut context = context.clone();
        if let Some(decision) = trace.decision() {
            decision.tell(&mut context);
        }
        Some((at, context))
    }

    /// Drops the traces: they own the provider that owns this.
    pub(crate) fn forget(&self) {
        *self.contexts() = Contexts::default();
    }

    fn contexts(&self) -> MutexGuard<'_, Contexts> {
        lock(&self.0)
    }
}

impl Observer for Started {
    fn started(&self, span: &SpanData, parent: &Context) {
        let context = TraceContext::undecided(&*span.trace, &span.span_context, parent);
        let mut contexts = self.contexts();
        if contexts.parent.is_none() {
            // A trace that is to be restarted has its links there, and no parent.
            let continued = TraceContext::propagated(parent).filter(|it| it.trace_id() != 0);
            contexts.parent = continued.map(|parent| (**parent).clone());
        }
        contexts.spans.push((context, Arc::clone(&span.trace)));
    }
}
