//! What the environment says about sampling.

use std::fs::read_to_string;

use super::limiter::DEFAULT_LIMIT;
use super::rate::Rate;
use super::rule::{self, Rule};
use super::span_rule::{self, SpanRule};
use crate::log;

/// The user's rules, and how many traces they may keep.
#[derive(Debug, Clone)]
pub(crate) struct SamplingSettings {
    /// `DD_TRACE_SAMPLING_RULES`, the first that fits counts, and behind them `DD_TRACE_SAMPLE_RATE`.
    pub(super) rules: Vec<Rule>,
    /// `DD_TRACE_RATE_LIMIT`, in traces per second; `None` means no limit.
    pub(super) limit: Option<u32>,
    /// `DD_SPAN_SAMPLING_RULES` or `DD_SPAN_SAMPLING_RULES_FILE`, for spans of traces that are dropped.
    pub(super) span_rules: Vec<SpanRule>,
}

impl SamplingSettings {
    pub(crate) fn from_vars(var: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut rules = var("DD_TRACE_SAMPLING_RULES")
            .map(|text| rule::parse(&text))
            .unwrap_or_default();
        rules.extend(sample_rate(var).map(Rule::of_all));
        Self {
            limit: limit(var, !rules.is_empty()),
            rules,
            span_rules: span_rules(var)
                .map(|text| span_rule::parse(&text))
                .unwrap_or_default(),
        }
    }
}

impl SamplingSettings {
    /// How many rules there are, the rate for the rest among them, and the limit.
    pub(crate) fn summary(&self) -> (usize, Option<u32>) {
        (self.rules.len(), self.limit)
    }
}

fn sample_rate(var: &dyn Fn(&str) -> Option<String>) -> Option<Rate> {
    let value = var("DD_TRACE_SAMPLE_RATE")?;
    let rate = value.parse().ok().and_then(Rate::exact);
    if rate.is_none() {
        log::warn!("DD_TRACE_SAMPLE_RATE is `{value}`; write a number from 0 to 1; ignored");
    }
    rate
}

fn span_rules(var: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let (rules, file) = (
        var(span_rule::KIND.variable),
        var("DD_SPAN_SAMPLING_RULES_FILE"),
    );
    if let (Some(_), Some(path)) = (&rules, &file) {
        log::warn!(
            "DD_SPAN_SAMPLING_RULES_FILE is `{path}`, but DD_SPAN_SAMPLING_RULES is set too; write one of them; the file is ignored"
        );
    }
    rules.or_else(|| {
        let path = file?;
        read_to_string(&path)
            .inspect_err(|error| {
                log::warn!(
                    "DD_SPAN_SAMPLING_RULES_FILE is `{path}`: {error}; write the path of a file that can be read; ignored"
                );
            })
            .ok()
    })
}

/// A negative limit means no limit, as in the official tracers.
fn limit(var: &dyn Fn(&str) -> Option<String>, has_rules: bool) -> Option<u32> {
    let Some(value) = var("DD_TRACE_RATE_LIMIT") else {
        return Some(DEFAULT_LIMIT);
    };
    if !has_rules {
        log::warn!(
            "DD_TRACE_RATE_LIMIT is `{value}`, but limits only what rules keep; write DD_TRACE_SAMPLING_RULES or DD_TRACE_SAMPLE_RATE too"
        );
    }
    match value.parse::<i64>() {
        Ok(limit) if limit < 0 => None,
        Ok(limit) => Some(u32::try_from(limit).unwrap_or(u32::MAX)),
        Err(_) => {
            log::warn!(
                "DD_TRACE_RATE_LIMIT is `{value}`; write traces a second, such as `100`; taken as `{DEFAULT_LIMIT}`"
            );
            Some(DEFAULT_LIMIT)
        }
    }
}
