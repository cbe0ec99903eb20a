//! Which traces are kept, and which single spans of those that aren't.
//!
//! - In: the local root of a trace; the rules of the environment and the agent's rates.
//! - Out: the sampling priority and the mechanism that chose it.
//! - Next: [`tracer`](crate::tracer), which asks once for each trace that nobody has decided on;
//!   [`export`](crate::export) asks about the spans of a dropped trace.

mod agent_rates;
mod glob;
mod json;
mod limiter;
mod patterns;
mod rate;
mod rule;
mod settings;
mod single_span;
mod span_rule;
mod subject;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanKind, TraceId};

pub(crate) use self::agent_rates::AgentRates;
use self::limiter::Limiter;
use self::rate::Rate;
use self::rule::Rule;
pub(crate) use self::settings::SamplingSettings;
pub(crate) use self::single_span::{Kept, SpanSampler};
pub(crate) use self::subject::Process;
use self::subject::Subject;
use crate::context::local_trace::Decision;
use crate::conventions::Given;

/// Decides on a trace that nobody has decided on: by the user's rules, else by the rate that the agent asks
/// for, else keeps it.
///
/// A trace that is not kept is still recorded and sent, with a priority of 0 or below: the agent
/// counts it and drops it, as with Datadog's other tracers. As those do, it is asked when the trace is first
/// propagated or its local root ends, so that rules see the tags set until then.
#[derive(Clone)]
pub(crate) struct Sampler(Arc<Inner>);

impl fmt::Debug for Sampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sampler({} rules)", self.0.rules.len())
    }
}

struct Inner {
    rules: Vec<Rule>,
    limiter: Limiter,
    agent_rates: Arc<AgentRates>,
    process: Process,
}

impl Sampler {
    pub(crate) fn new(
        settings: &SamplingSettings,
        process: Process,
        agent_rates: Arc<AgentRates>,
    ) -> Self {
        Self(Arc::new(Inner {
            rules: settings.rules.clone(),
            limiter: Limiter::new(settings.limit.map(f64::from)),
            agent_rates,
            process,
        }))
    }
}

/// The rate that applies to a trace, and where it comes from.
enum Found {
    Rule(Rate),
    AgentRate(Rate),
    Nothing,
}

impl Inner {
    fn find<'a>(&'a self, root: impl FnOnce() -> Subject<'a>) -> Found {
        if self.rules.is_empty() && self.agent_rates.is_empty() {
            return Found::Nothing;
        }
        // A rule without patterns doesn't look at the span.
        let root = LazyCell::new(root);
        let mut rules = self.rules.iter();
        if let Some(rule) =
            rules.find(|rule| rule.patterns.match_all() || rule.patterns.matches(&root))
        {
            return Found::Rule(rule.rate);
        }
        let env = self.process.env.as_deref().unwrap_or_default();
        let rate = self.agent_rates.of(root.service, env);
        rate.map_or(Found::Nothing, Found::AgentRate)
    }

    /// Only traces that a rule would keep count towards the limit.
    fn by_rule(&self, rate: Rate, trace_id: TraceId) -> Choice {
        let admission = rate
            .keeps(trace_id)
            .then(|| self.limiter.admit(Instant::now()));
        let mut metrics = vec![KeyValue::new("_dd.rule_psr", rate.share())];
        metrics.extend(admission.map(|a| KeyValue::new("_dd.limit_psr", a.effective_rate)));
        let is_kept = admission.is_some_and(|admission| admission.is_admitted);
        Choice {
            priority: if is_kept { 2 } else { -1 },
            mechanism: "-3",
            rate: Some(rate),
            metrics,
        }
    }
}

/// A decision, before it is put into the form that travels.
struct Choice {
    priority: i8,
    /// Who decided: 0 is "default", 1 "agent rate", 3 "local user rule".
    mechanism: &'static str,
    rate: Option<Rate>,
    metrics: Vec<KeyValue>,
}

impl Choice {
    fn unasked() -> Self {
        Self {
            priority: 1,
            mechanism: "-0",
            rate: None,
            metrics: Vec::new(),
        }
    }

    fn by_agent(rate: Rate, trace_id: TraceId) -> Self {
        Self {
            priority: i8::from(rate.keeps(trace_id)),
            mechanism: "-1",
            rate: Some(rate),
            metrics: vec![KeyValue::new("_dd.agent_psr", rate.share())],
        }
    }

    fn into_parts(self) -> (Decision, Vec<KeyValue>) {
        let decision = Decision {
            priority: self.priority,
            // A dropped trace has no decision maker: nobody downstream is to keep it.
            maker: (self.priority > 0).then_some(Cow::Borrowed(self.mechanism)),
            sample_rate: self.rate.map(Rate::to_text),
        };
        (decision, self.metrics)
    }
}

impl Sampler {
    /// Decides on a trace by the current state of its local root. Returns the metrics to set on the local root
    /// beside the decision.
    pub(crate) fn decide(
        &self,
        trace_id: TraceId,
        name: &str,
        kind: &SpanKind,
        given: Given<'_>,
    ) -> (Decision, Vec<KeyValue>) {
        let Self(inner) = self;
        let found = inner.find(|| Subject::new(name, kind, given, &inner.process));
        let choice = match found {
            Found::Rule(rate) => inner.by_rule(rate, trace_id),
            Found::AgentRate(rate) => Choice::by_agent(rate, trace_id),
            Found::Nothing => Choice::unasked(),
        };
        choice.into_parts()
    }

    /// Whether a trace would be kept if its local root stayed as it starts. The sampled flag says so to readers
    /// that know only the flag. Doesn't count towards the limit.
    pub(crate) fn would_keep(
        &self,
        trace_id: TraceId,
        name: &str,
        kind: &SpanKind,
        given: Given<'_>,
    ) -> bool {
        let Self(inner) = self;
        match inner.find(|| Subject::new(name, kind, given, &inner.process)) {
            Found::Rule(rate) | Found::AgentRate(rate) => rate.keeps(trace_id),
            Found::Nothing => true,
        }
    }
}
