//! Which spans are kept though their trace is dropped.

use std::time::Instant;

use opentelemetry::trace::{SpanId, SpanKind};

use super::limiter::Limiter;
use super::settings::SamplingSettings;
use super::span_rule::SpanRule;
use super::subject::{Process, Subject};
use crate::conventions::Given;

/// The rules for single spans of dropped traces.
#[derive(Debug)]
pub(crate) struct SpanSampler {
    rules: Vec<(SpanRule, Limiter)>,
    process: Process,
}

/// Why a span of a dropped trace is kept. The agent keeps such spans and drops the others of the trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Kept {
    rate: f64,
    max_per_second: Option<f64>,
}

/// Mechanism 8: a rule for single spans.
const MECHANISM: f64 = 8.0;

impl SpanSampler {
    /// `None` if there are no rules.
    pub(crate) fn new(
        settings: &SamplingSettings,
        process: impl FnOnce() -> Process,
    ) -> Option<Self> {
        if settings.span_rules.is_empty() {
            return None;
        }
        let rules = settings.span_rules.iter();
        let rules = rules.map(|rule| (rule.clone(), Limiter::new(rule.max_per_second)));
        Some(Self {
            rules: rules.collect(),
            process: process(),
        })
    }

    /// Asks the first rule that matches a span. As in Datadog's tracers, no other rule is asked if that one
    /// doesn't keep the span, and only spans within its rate count towards its limit.
    pub(crate) fn keep(
        &self,
        id: SpanId,
        name: &str,
        kind: &SpanKind,
        given: Given<'_>,
    ) -> Option<Kept> {
        let span = Subject::new(name, kind, given, &self.process);
        let mut rules = self.rules.iter();
        let (rule, limiter) = rules.find(|(rule, _)| rule.patterns.matches(&span))?;
        let is_kept = rule.rate.keeps_span(id) && limiter.admit(Instant::now()).is_admitted;
        is_kept.then(|| Kept {
            rate: rule.rate.share(),
            max_per_second: rule.max_per_second,
        })
    }
}

impl Kept {
    /// The metrics that say so on the span.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = (&'static str, f64)> {
        [
            ("_dd.span_sampling.mechanism", Some(MECHANISM)),
            ("_dd.span_sampling.rule_rate", Some(self.rate)),
            ("_dd.span_sampling.max_per_second", self.max_per_second),
        ]
        .into_iter()
        .filter_map(|(key, number)| Some((key, number?)))
    }
}
