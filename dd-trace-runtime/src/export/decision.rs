//! What a chunk says about its trace: the sampling decision, and the tags that travel with the trace.

use crate::context::local_trace::{Decision, LocalTrace};
use crate::context::trace_context::{DECISION_MAKER, SAMPLE_RATE, TraceContext};

/// What the first span of a chunk says about its trace.
#[derive(Debug)]
pub(super) struct TraceTags<'a> {
    continued: Option<&'a TraceContext>,
    decision: Option<Decision>,
}

impl<'a> TraceTags<'a> {
    /// Takes the sampling decision if there is none yet.
    pub(super) fn of(trace: &'a dyn LocalTrace) -> Self {
        Self {
            decision: trace.decision(),
            continued: trace.continued().map(|continued| &**continued),
        }
    }

    pub(super) fn priority(&self) -> i8 {
        let inherited = || self.continued.and_then(TraceContext::priority_or_default);
        let decided = self.decision.as_ref().map(|decision| decision.priority);
        decided.or_else(inherited).unwrap_or(1)
    }

    /// The tags that travel with the trace, except for the upper half of the trace id.
    pub(super) fn propagated(&self) -> impl Iterator<Item = (&str, &str)> {
        let decision = self.decision.as_ref();
        let is_of_decision = |key: &str| matches!(key, DECISION_MAKER | SAMPLE_RATE);
        let inherited = self.continued.into_iter().flat_map(TraceContext::tags);
        let inherited =
            inherited.filter(move |(key, _)| decision.is_none() || !is_of_decision(key));
        let own = decision.into_iter().flat_map(|decision| {
            let rate = decision.sample_rate.as_deref();
            [
                (DECISION_MAKER, decision.maker.as_deref()),
                (SAMPLE_RATE, rate),
            ]
        });
        inherited.chain(own.filter_map(|(key, value)| Some((key, value?))))
    }
}

/// Where the trace began, such as `rum` or `synthetics`.
pub(super) fn origin(trace: &dyn LocalTrace) -> Option<&str> {
    trace.continued()?.origin()
}
