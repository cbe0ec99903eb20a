//! The user's rules for single spans: which spans of a dropped trace, which share of them, and how many.

use serde::de::Error;

use super::json::{Kind, Members, number, parse as parse_rules, rate};
use super::patterns::Patterns;
use super::rate::Rate;

/// A share of the spans that match the patterns.
#[derive(Debug, Clone)]
pub(super) struct SpanRule {
    pub(super) patterns: Patterns,
    /// All of them, unless the rule says otherwise.
    pub(super) rate: Rate,
    /// `None` means no limit.
    pub(super) max_per_second: Option<f64>,
}

pub(super) const KIND: Kind = Kind {
    variable: "DD_SPAN_SAMPLING_RULES",
    example: r#"[{"service":"shop-*","name":"aws.lambda","sample_rate":0.5,"max_per_second":10}]"#,
};

const MEMBERS: &[&str] = &[
    "service",
    "name",
    "resource",
    "tags",
    "sample_rate",
    "max_per_second",
];

/// The rules of `DD_SPAN_SAMPLING_RULES`, or of the file that `DD_SPAN_SAMPLING_RULES_FILE` names.
pub(super) fn parse(text: &str) -> Vec<SpanRule> {
    parse_rules(text, &KIND, SpanRule::read)
}

impl SpanRule {
    fn read(Members(members): Members<'_>) -> Result<Self, serde_json::Error> {
        let mut rule = Self {
            patterns: Patterns::default(),
            rate: Rate::ALL,
            max_per_second: None,
        };
        for (member, json) in members {
            match member.as_str() {
                "sample_rate" => rule.rate = rate(json)?,
                "max_per_second" => rule.max_per_second = limit(json)?,
                pattern if rule.patterns.take(pattern, json)? => {}
                unknown => return Err(serde_json::Error::unknown_field(unknown, MEMBERS)),
            }
        }
        Ok(rule)
    }
}

/// A negative limit means no limit, as in the other tracers.
fn limit(json: &str) -> Result<Option<f64>, serde_json::Error> {
    match number(json) {
        Some(limit) if limit.is_finite() => Ok((limit >= 0.0).then_some(limit)),
        _ => Err(serde_json::Error::custom("`max_per_second` is no number")),
    }
}
