//! What the spans of this process in one trace share, found by way of an OpenTelemetry context.
//!
//! OpenTelemetry hides the type of a context's span, and a context that a user makes holds the span alone.
//! So the span itself is asked: whoever looks says so in a thread-local value and calls `is_recording`, and a
//! span of ours answers there.

use std::any::Any;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::sync::Arc;

use opentelemetry::trace::SpanRef;

use super::trace_context::{DECISION_MAKER, TraceContext};

/// The part of a trace that is in this process.
pub(crate) trait LocalTrace: Debug + Send + Sync {
    /// What it continues; `None` where the trace began here.
    fn continued(&self) -> Option<&Arc<TraceContext>>;

    /// Whether the trace is kept. What nobody has decided is decided now, by what is known now.
    ///
    /// `None` where the decision that came in holds.
    fn decision(&self) -> Option<Decision>;

    /// The invocation that it belongs to, while that is running.
    fn invocation(&self) -> Option<Arc<dyn Any + Send + Sync>>;

    /// For the wing that has made it.
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

/// What becomes of a trace, and who has decided that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) priority: i8,
    /// The value of `_dd.p.dm`, such as `-4`; a dropped trace has none.
    pub(crate) maker: Option<Cow<'static, str>>,
    /// The value of `_dd.p.ksr`, where a rate was followed.
    pub(crate) sample_rate: Option<String>,
}

impl Decision {
    /// Puts it in the place of the one that `context` has.
    pub(crate) fn tell(self, context: &mut TraceContext) {
        context.sampling_priority = Some(self.priority);
        match self.maker {
            Some(maker) => context.set_decision_maker(maker.into_owned()),
            // Who took the earlier decision says nothing about this one.
            None => context.remove_tag(DECISION_MAKER),
        }
        match self.sample_rate {
            Some(rate) => context.set_tag("ksr", rate),
            None => context.remove_tag(super::trace_context::SAMPLE_RATE),
        }
    }
}

thread_local! {
    static ASKING: Cell<bool> = const { Cell::new(false) };
    static ANSWER: RefCell<Option<Arc<dyn LocalTrace>>> = const { RefCell::new(None) };
}

/// The trace of a span; `None` where the span isn't one of ours.
pub(crate) fn of(span: &SpanRef<'_>) -> Option<Arc<dyn LocalTrace>> {
    if !span.span_context().is_valid() || span.span_context().is_remote() {
        return None;
    }
    ASKING.try_with(|asking| asking.set(true)).ok()?;
    let _ = span.is_recording();
    ASKING.try_with(|asking| asking.set(false)).ok()?;
    ANSWER.try_with(RefCell::take).ok()?
}

/// Called by a span of ours when it is asked whether it records.
pub(crate) fn answer<T: LocalTrace + 'static>(trace: &Arc<T>) {
    if ASKING.try_with(Cell::get).unwrap_or_default() {
        let trace: Arc<dyn LocalTrace> = Arc::<T>::clone(trace);
        let _ = ANSWER.try_with(|answer| answer.replace(Some(trace)));
    }
}
