//! Rules as they are written: an array of JSON objects.

use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::rate::Rate;
use crate::log;

/// What a kind of rule is called, and how it looks.
pub(super) struct Kind {
    /// The variable that has such rules.
    pub(super) variable: &'static str,
    pub(super) example: &'static str,
}

/// The rules in `text`, without malformed ones.
///
/// An unknown member makes a rule malformed: without that member the rule would match more than its author
/// intended.
pub(super) fn parse<R>(
    text: &str,
    kind: &Kind,
    read: impl Fn(Members<'_>) -> Result<R, serde_json::Error>,
) -> Vec<R> {
    let Kind { variable, example } = kind;
    let rules: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(rules) => rules,
        Err(error) => {
            log::warn!("{variable} is no JSON array: {error}; write `{example}`; ignored");
            return Vec::new();
        }
    };
    let rules = rules.into_iter().map(RawValue::get);
    rules
        .filter_map(|rule| {
            serde_json::from_str(rule)
                .and_then(&read)
                .inspect_err(|error| {
                    log::warn!(
                        "{variable} has the rule `{rule}`: {error}; write `{example}`; the rule is ignored"
                    );
                })
                .ok()
        })
        .collect()
}

/// The members of an object, each as written.
pub(super) struct Members<'a>(pub(super) Vec<(String, &'a str)>);

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

pub(super) fn text(json: &str) -> Result<Option<String>, serde_json::Error> {
    serde_json::from_str(json)
}

/// A number, or a text that is one, as the Python and the Node tracer take it.
pub(super) fn number(json: &str) -> Option<f64> {
    let text = text(json).ok().flatten();
    text.as_deref().unwrap_or(json).trim().parse().ok()
}

/// The nearest share.
pub(super) fn rate(json: &str) -> Result<Rate, serde_json::Error> {
    number(json)
        .and_then(Rate::clamped)
        .ok_or_else(|| serde::de::Error::custom("`sample_rate` is no number from 0 to 1"))
}
