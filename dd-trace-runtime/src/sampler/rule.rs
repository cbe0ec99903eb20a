//! The user's rules: which traces, and which share of them.

use serde::de::Error;

use super::json::{Kind, Members, parse as parse_rules, rate};
use super::patterns::Patterns;
use super::rate::Rate;

/// A share of the traces whose local root matches the patterns.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    pub(super) patterns: Patterns,
    pub(super) rate: Rate,
}

pub(super) const KIND: Kind = Kind {
    variable: "DD_TRACE_SAMPLING_RULES",
    example: r#"[{"service":"shop-*","name":"aws.lambda","resource":"*","tags":{"team":"?"},"sample_rate":0.5}]"#,
};

/// The members of a rule. The last two are what Datadog's tracers write for a rule of theirs, and whether they
/// send what it drops.
const MEMBERS: &[&str] = &[
    "service",
    "name",
    "resource",
    "tags",
    "sample_rate",
    "provenance",
    "discard",
];

/// The rules of `DD_TRACE_SAMPLING_RULES`.
pub(super) fn parse(text: &str) -> Vec<Rule> {
    parse_rules(text, &KIND, Rule::read)
}

impl Rule {
    /// The rule for every trace, from `DD_TRACE_SAMPLE_RATE`.
    pub(super) fn of_all(rate: Rate) -> Self {
        Self {
            patterns: Patterns::default(),
            rate,
        }
    }

    fn read(Members(members): Members<'_>) -> Result<Self, serde_json::Error> {
        let mut patterns = Patterns::default();
        let mut sample_rate = None;
        for (member, json) in members {
            match member.as_str() {
                "sample_rate" => sample_rate = Some(json),
                "provenance" | "discard" => {}
                pattern if patterns.take(pattern, json)? => {}
                unknown => return Err(serde_json::Error::unknown_field(unknown, MEMBERS)),
            }
        }
        let json = sample_rate.ok_or_else(|| serde_json::Error::missing_field("sample_rate"))?;
        Ok(Self {
            patterns,
            rate: rate(json)?,
        })
    }
}
