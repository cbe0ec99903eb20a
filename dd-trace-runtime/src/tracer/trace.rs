//! The part of a trace that is in this process: the sampling decision, and which spans are open.

use std::any::Any;
use std::borrow::Cow;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, Weak};

use opentelemetry::Context;
use opentelemetry::trace::{
    SpanBuilder, SpanContext, SpanKind, SpanRef, TraceContextExt, TraceFlags, TraceId, TraceState,
};

use super::open_span::OpenSpan;
use super::provider::Pipeline;
use crate::context::local_trace::{self, Decision, LocalTrace};
use crate::context::propagation::DD;
use crate::context::trace_context::TraceContext;
use crate::conventions::{Given, OwnTags};
use crate::sync::lock;

/// What a local root and the spans below it share.
pub(super) struct Trace {
    pub(super) pipeline: Arc<Pipeline>,
    id: TraceId,
    continued: Option<Arc<TraceContext>>,
    /// The `tracestate` members of other vendors, for other propagators than ours. Mostly empty, so that copying
    /// it for each span is free.
    state: TraceState,
    flags: TraceFlags,
    invocation: OnceLock<Weak<dyn Any + Send + Sync>>,
    root_has_ended: AtomicBool,
    shared: Mutex<Shared>,
}

struct Shared {
    verdict: Verdict,
    /// The first is the local root until that ends.
    open: Vec<Arc<OpenSpan>>,
}

enum Verdict {
    /// No decision has been taken.
    Open,
    /// The decision of `continued` applies.
    Inherited,
    Taken(Decision),
}

/// Mechanism 4: a decision in the user's code.
const MANUAL: &str = "-4";

impl Trace {
    /// The trace of the active span of `parent`, if that is a span of ours.
    pub(super) fn of(parent: &SpanRef<'_>) -> Option<Arc<Self>> {
        let trace = local_trace::of(parent)?.into_any();
        trace.downcast().ok()
    }

    /// The trace of a local root that starts below `parent`.
    pub(super) fn start(
        pipeline: &Arc<Pipeline>,
        root: &SpanBuilder,
        own: Option<&OwnTags>,
        parent: &Context,
    ) -> Arc<Self> {
        let span = parent.span();
        let span = span.span_context();
        let continued = TraceContext::continued_by(parent);
        let inherited = continued
            .as_deref()
            .and_then(TraceContext::priority_or_default);
        let id = match &continued {
            Some(continued) => TraceId::from(continued.trace_id()),
            None => pipeline.ids.new_trace_id(),
        };
        let sampled = match inherited {
            Some(priority) => priority > 0,
            None => would_keep(pipeline, id, root, own),
        };
        Arc::new(Self {
            pipeline: Arc::clone(pipeline),
            id,
            continued,
            state: vendors(span.trace_state()),
            flags: span.trace_flags().with_sampled(sampled),
            invocation: OnceLock::new(),
            root_has_ended: AtomicBool::new(false),
            shared: Mutex::new(Shared {
                verdict: inherited.map_or(Verdict::Open, |_| Verdict::Inherited),
                open: Vec::with_capacity(2),
            }),
        })
    }

    /// Sets the invocation that the trace belongs to. Below a `tracing` span that was started without a parent, only
    /// this leads to the invocation: the context there holds nothing but the span.
    pub(super) fn set_invocation(&self, invocation: Weak<dyn Any + Send + Sync>) {
        // The first one stays.
        let _ = self.invocation.set(invocation);
    }

    /// The context of a new span.
    pub(super) fn span_context(&self) -> SpanContext {
        let span_id = self.pipeline.ids.new_span_id();
        SpanContext::new(self.id, span_id, self.flags, false, self.state.clone())
    }

    /// Takes the user's decision, in place of any earlier one.
    pub(super) fn decide_by_hand(&self, keep: bool) {
        self.shared().verdict = Verdict::Taken(Decision {
            priority: if keep { 2 } else { -1 },
            maker: keep.then_some(Cow::Borrowed(MANUAL)),
            sample_rate: None,
        });
    }

    pub(super) fn opened(&self, span: &Arc<OpenSpan>) {
        let mut shared = self.shared();
        span.set_place(shared.open.len());
        shared.open.push(Arc::clone(span));
    }

    /// Removes a span that ends. If it is the local root, the decision is taken now at the latest.
    pub(super) fn closes(&self, span: &OpenSpan) {
        let mut shared = self.shared();
        let Some(place) = span.take_place() else {
            return;
        };
        if place == 0 {
            // Only the root leaves its place to another span.
            self.root_has_ended.store(true, Ordering::Release);
            self.decide(&mut shared);
        }
        if place < shared.open.len() {
            shared.open.swap_remove(place);
        }
        if let Some(moved) = shared.open.get(place) {
            moved.set_place(place);
        }
    }

    /// The spans that have not ended.
    pub(super) fn open(&self) -> Vec<Arc<OpenSpan>> {
        self.shared().open.clone()
    }

    fn decide(&self, shared: &mut Shared) {
        if !matches!(shared.verdict, Verdict::Open) {
            return;
        }
        let sampler = &self.pipeline.sampler;
        let decision = shared.open.first().and_then(|root| {
            root.with(|root| {
                let (decision, metrics) =
                    sampler.decide(self.id, &root.name, &root.span_kind, root.given());
                root.attributes.extend(metrics);
                decision
            })
        });
        let nothing = Given::from([].as_slice());
        let unseen = || sampler.decide(self.id, "", &SpanKind::Internal, nothing).0;
        shared.verdict = Verdict::Taken(decision.unwrap_or_else(unseen));
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        lock(&self.shared)
    }
}

impl LocalTrace for Trace {
    fn continued(&self) -> Option<&Arc<TraceContext>> {
        self.continued.as_ref()
    }

    fn decision(&self) -> Option<Decision> {
        let mut shared = self.shared();
        self.decide(&mut shared);
        match &shared.verdict {
            Verdict::Taken(decision) => Some(decision.clone()),
            Verdict::Inherited | Verdict::Open => None,
        }
    }

    fn local_root_has_ended(&self) -> bool {
        self.root_has_ended.load(Ordering::Acquire)
    }

    fn invocation(&self) -> Option<Arc<dyn Any + Send + Sync>> {
        self.invocation.get()?.upgrade()
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// Without the spans, each of which would print the trace again.
impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Trace({})", self.id)
    }
}

fn would_keep(pipeline: &Pipeline, id: TraceId, root: &SpanBuilder, own: Option<&OwnTags>) -> bool {
    let kind = root.span_kind.as_ref().unwrap_or(&SpanKind::Internal);
    let attributes = root.attributes.as_deref().unwrap_or_default();
    pipeline
        .sampler
        .would_keep(id, &root.name, kind, Given { attributes, own })
}

/// A trace state without our own member, which would be out of date after the next decision.
fn vendors(state: &TraceState) -> TraceState {
    if state.into_iter().all(|(key, _)| key == DD) {
        return TraceState::NONE;
    }
    state.delete(DD).unwrap_or_default()
}
