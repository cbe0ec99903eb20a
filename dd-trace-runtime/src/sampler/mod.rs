//! Which traces are kept.
//!
//! - In: a span that starts, with its parent; the rules of the environment and the agent's rates.
//! - Out: the sampling priority and the mechanism that chose it.
//! - Next: [`tracer`](crate::tracer), which asks at the start of each span.

mod agent_rates;
mod glob;
mod limiter;
mod local_root;
mod rate;
mod rule;
mod settings;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::cell::LazyCell;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use opentelemetry::trace::{Link, SpanContext, SpanKind, TraceContextExt, TraceId, TraceState};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::{SamplingDecision, SamplingResult, ShouldSample};

pub(crate) use self::agent_rates::AgentRates;
use self::limiter::Limiter;
use self::local_root::LocalRoot;
pub(crate) use self::local_root::Process;
use self::rate::Rate;
use self::rule::Rule;
pub(crate) use self::settings::SamplingSettings;
use crate::context::propagation::{DD, DdMember};

/// Follows the parent's decision; decides for a local root by the user's rules, else by the rate that
/// the agent asks for, else keeps it.
///
/// A trace that is not kept is recorded and sent all the same, with a priority of 0 or below: the agent
/// counts it and drops it, as with Datadog's other tracers. Unlike those, which decide when the trace
/// is first propagated or sent, OpenTelemetry asks when a span starts: rules see the tags it has then.
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
            limiter: Limiter::new(settings.limit),
            agent_rates,
            process,
        }))
    }
}

impl Inner {
    fn decide<'a>(&'a self, trace_id: TraceId, root: impl FnOnce() -> LocalRoot<'a>) -> Decision {
        if self.rules.is_empty() && self.agent_rates.is_empty() {
            return Decision::unasked();
        }
        // A rule for everything needs no look at the span.
        let root = LazyCell::new(root);
        let mut rules = self.rules.iter();
        if let Some(rule) = rules.find(|rule| rule.is_of_all() || rule.is_about(&root)) {
            return self.by_rule(rule.rate, trace_id);
        }
        let env = self.process.env.as_deref().unwrap_or_default();
        match self.agent_rates.of(root.service, env) {
            Some(rate) => Decision::by_agent(rate, trace_id),
            None => Decision::unasked(),
        }
    }

    /// Only what a rule would keep counts towards the limit.
    fn by_rule(&self, rate: Rate, trace_id: TraceId) -> Decision {
        let admission = rate
            .keeps(trace_id)
            .then(|| self.limiter.admit(Instant::now()));
        let mut metrics = vec![KeyValue::new("_dd.rule_psr", rate.share())];
        metrics.extend(admission.map(|a| KeyValue::new("_dd.limit_psr", a.effective_rate)));
        let is_kept = admission.is_some_and(|admission| admission.is_admitted);
        Decision {
            priority: if is_kept { 2 } else { -1 },
            mechanism: "-3",
            rate: Some(rate),
            metrics,
        }
    }
}

/// What is to become of a trace that nobody has decided on.
struct Decision {
    priority: i8,
    /// Who decided: 0 is "default", 1 "agent rate", 3 "local user rule".
    mechanism: &'static str,
    rate: Option<Rate>,
    metrics: Vec<KeyValue>,
}

impl Decision {
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

    /// Records the decision in the trace state, where the spans below find it.
    fn into_result(self, state: &TraceState) -> SamplingResult {
        let mut member = DdMember::of(state).unwrap_or_default();
        member.priority = Some(self.priority);
        // A dropped trace has no decision maker: nobody downstream is to keep it.
        member.decision_maker = (self.priority > 0).then_some(Cow::Borrowed(self.mechanism));
        member.sample_rate = self.rate.map(|rate| rate.to_text().into());
        let state = state
            .insert(DD, member.encode())
            .unwrap_or_else(|_| state.clone());
        result(self.priority, self.metrics, state)
    }
}

impl ShouldSample for Sampler {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        kind: &SpanKind,
        attributes: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        let Self(inner) = self;
        let root = || LocalRoot::new(name, kind, attributes, &inner.process);
        let Some(context) = parent else {
            return inner.decide(trace_id, root).into_result(&TraceState::NONE);
        };
        let span = context.span();
        let parent = span.span_context();
        let state = parent.trace_state();
        match decided(parent) {
            Some(priority) => result(priority, Vec::new(), state.clone()),
            None => inner.decide(trace_id, root).into_result(state),
        }
    }
}

/// The decision of the parent; a browser (`rum`) leaves it to us. A synthetic test's trace has a
/// decision and no parent span.
fn decided(parent: &SpanContext) -> Option<i8> {
    match DdMember::of(parent.trace_state()) {
        Some(member) => member.priority,
        None => parent.is_valid().then(|| i8::from(parent.is_sampled())),
    }
}

fn result(priority: i8, attributes: Vec<KeyValue>, trace_state: TraceState) -> SamplingResult {
    let decision = if priority > 0 {
        SamplingDecision::RecordAndSample
    } else {
        SamplingDecision::RecordOnly
    };
    SamplingResult {
        decision,
        attributes,
        trace_state,
    }
}
