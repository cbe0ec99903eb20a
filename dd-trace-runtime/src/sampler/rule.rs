//! The user's rules: which traces, and which share of them.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::glob::Glob;
use super::local_root::LocalRoot;
use super::rate::Rate;
use crate::log;

/// A share of the traces whose local root matches every pattern of the rule.
#[derive(Debug, Clone)]
pub(super) struct Rule {
    service: Option<Glob>,
    name: Option<Glob>,
    resource: Option<Glob>,
    tags: Vec<(String, Glob)>,
    pub(super) rate: Rate,
}

/// The members of a rule, as `DD_TRACE_SAMPLING_RULES` has it. The last two are what Datadog's tracers write
/// for a rule of theirs, and whether they send what it drops.
const MEMBERS: &[&str] = &[
    "service",
    "name",
    "resource",
    "tags",
    "sample_rate",
    "provenance",
    "discard",
];

pub(super) const EXAMPLE: &str = r#"[{"service":"shop-*","name":"aws.lambda","resource":"*","tags":{"team":"?"},"sample_rate":0.5}]"#;

/// The rules of `DD_TRACE_SAMPLING_RULES`, without malformed ones.
///
/// An unknown member makes a rule malformed: without that member the rule would match more traces than its
/// author intended.
pub(super) fn parse(text: &str) -> Vec<Rule> {
    let rules: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(rules) => rules,
        Err(error) => {
            log::warn!(
                "DD_TRACE_SAMPLING_RULES is no JSON array: {error}; write `{EXAMPLE}`; ignored"
            );
            return Vec::new();
        }
    };
    let rules = rules.into_iter().map(RawValue::get);
    rules
        .filter_map(|rule| {
            Rule::parse(rule)
                .inspect_err(|error| {
                    log::warn!(
                        "DD_TRACE_SAMPLING_RULES has the rule `{rule}`: {error}; write `{EXAMPLE}`; the rule is ignored"
                    );
                })
                .ok()
        })
        .collect()
}

/// The members of an object, each as written.
struct Members<'a>(Vec<(String, &'a str)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, &RawValue>()? {
                    members.push((name, value.get()));
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

fn text(json: &str) -> Result<Option<String>, serde_json::Error> {
    serde_json::from_str(json)
}

/// A number, or a text that is one, as the Python and the Node tracer take it; the nearest share.
fn rate(json: &str) -> Result<Rate, serde_json::Error> {
    let text = text(json).ok().flatten();
    let number = text.as_deref().unwrap_or(json).trim().parse().ok();
    number
        .and_then(Rate::clamped)
        .ok_or_else(|| serde_json::Error::custom("`sample_rate` is no number from 0 to 1"))
}

fn glob(json: &str) -> Result<Option<Glob>, serde_json::Error> {
    Ok(text(json)?.as_deref().map(Glob::new))
}

/// Patterns of tags; a number or a flag as it is written.
fn tags(json: &str) -> Result<Vec<(String, Glob)>, serde_json::Error> {
    let Members(tags) = serde_json::from_str(json)?;
    let tags = tags.into_iter().map(|(key, value)| {
        if value.starts_with(['{', '[', 'n']) {
            return Err(serde_json::Error::custom(format_args!(
                "the tag `{key}` has no text to compare with"
            )));
        }
        let text = text(value).ok().flatten();
        Ok((key, Glob::new(text.as_deref().unwrap_or(value))))
    });
    tags.collect()
}

impl Rule {
    /// The rule for every trace, from `DD_TRACE_SAMPLE_RATE`.
    pub(super) fn of_all(rate: Rate) -> Self {
        Self {
            service: None,
            name: None,
            resource: None,
            tags: Vec::new(),
            rate,
        }
    }

    fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let Members(members) = serde_json::from_str(text)?;
        let mut rates = members
            .iter()
            .rev()
            .filter(|(name, _)| name == "sample_rate");
        let (_, json) = rates
            .next()
            .ok_or_else(|| serde_json::Error::missing_field("sample_rate"))?;
        let rate = rate(json)?;
        let mut rule = Self::of_all(rate);
        // If a member is repeated, the last one counts.
        for (member, value) in members {
            match member.as_str() {
                "service" => rule.service = glob(value)?,
                "name" => rule.name = glob(value)?,
                "resource" => rule.resource = glob(value)?,
                "tags" if value == "null" => rule.tags.clear(),
                "tags" => rule.tags = tags(value)?,
                "sample_rate" | "provenance" | "discard" => {}
                unknown => return Err(serde_json::Error::unknown_field(unknown, MEMBERS)),
            }
        }
        Ok(rule)
    }

    /// Whether the rule applies to every trace, whatever its local root.
    pub(super) fn is_of_all(&self) -> bool {
        let patterns = [&self.service, &self.name, &self.resource];
        patterns.iter().all(|pattern| pattern.is_none()) && self.tags.is_empty()
    }

    pub(super) fn is_about(&self, root: &LocalRoot<'_>) -> bool {
        let fits =
            |glob: &Option<Glob>, text: &str| glob.as_ref().is_none_or(|glob| glob.matches(text));
        fits(&self.service, root.service)
            && fits(&self.name, &root.name)
            && fits(&self.resource, root.resource)
            && self.tags.iter().all(|(key, glob)| root.has_tag(key, glob))
    }
}
