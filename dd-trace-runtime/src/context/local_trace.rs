//! What the spans of this process in one trace share, found by way of an OpenTelemetry context.
//!
//! OpenTelemetry hides the type of a context's span, and a context that a user makes has nothing but the span. So
//! the span itself is asked: [`of`] sets a thread-local flag and calls `is_recording`, and our spans then
//! [`answer`] in another thread-local value.

use std::any::Any;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::sync::Arc;

use opentelemetry::trace::SpanRef;

use super::trace_context::TraceContext;

/// The part of a trace that is in this process.
pub(crate) trait LocalTrace: Debug + Send + Sync {
    /// The trace context that it continues; `None` if the trace began here.
    fn continued(&self) -> Option<&Arc<TraceContext>>;

    /// The sampling decision. If none has been taken, it is taken now, by what is known so far.
    ///
    /// `None` means that the decision of [`continued`](Self::continued) applies.
    fn decision(&self) -> Option<Decision>;

    /// Whether the first of its spans, below which the others are, has ended.
    fn local_root_has_ended(&self) -> bool;

    /// The invocation that it belongs to, as long as that is running.
    fn invocation(&self) -> Option<Arc<dyn Any + Send + Sync>>;

    /// For downcasting to the type behind the trait.
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

/// A sampling decision, and who took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decision {
    pub(crate) priority: i8,
    /// The value of `_dd.p.dm`, such as `-4`; a dropped trace has none.
    pub(crate) maker: Option<Cow<'static, str>>,
    /// The value of `_dd.p.ksr`, where a rate was followed.
    pub(crate) sample_rate: Option<String>,
}

impl Decision {
    /// Whether the user decided, and no rule.
    fn is_by_hand(&self) -> bool {
        self.sample_rate.is_none() && matches!(self.priority, -1 | 2)
    }

    /// Replaces the decision in `context`.
    pub(crate) fn tell(self, context: &mut TraceContext) {
        context.sampling_priority = Some(self.priority);
        let rate = self
            .sample_rate
            .as_deref()
            .and_then(|rate| rate.parse().ok());
        if rate.is_some() || self.is_by_hand() {
            context.set_probability(rate, self.priority > 0);
        }
        match self.maker {
            Some(maker) => {
                context.set_tag("dm", &maker);
            }
            // The earlier decision maker didn't take this decision.
            None => context.remove_tag("dm"),
        }
        match self.sample_rate {
            Some(rate) => {
                context.set_tag("ksr", &rate);
            }
            None => context.remove_tag("ksr"),
        }
    }
}

thread_local! {
    static ASKING: Cell<bool> = const { Cell::new(false) };
    static ANSWER: RefCell<Option<Arc<dyn LocalTrace>>> = const { RefCell::new(None) };
}

/// The trace of a span; `None` if another provider made the span.
pub(crate) fn of(span: &SpanRef<'_>) -> Option<Arc<dyn LocalTrace>> {
    if !span.span_context().is_valid() || span.span_context().is_remote() {
        return None;
    }
    ASKING.try_with(|asking| asking.set(true)).ok()?;
    let _ = span.is_recording();
    ASKING.try_with(|asking| asking.set(false)).ok()?;
    ANSWER.try_with(RefCell::take).ok()?
}

/// Called by the `is_recording` of our spans.
pub(crate) fn answer<T: LocalTrace + 'static>(trace: &Arc<T>) {
    if ASKING.try_with(Cell::get).unwrap_or_default() {
        let trace: Arc<dyn LocalTrace> = Arc::<T>::clone(trace);
        let _ = ANSWER.try_with(|answer| answer.replace(Some(trace)));
    }
}
