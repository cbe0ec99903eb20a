//! What the rules look at.

use std::borrow::Cow;
use std::sync::Arc;

use opentelemetry::Value;
use opentelemetry::trace::SpanKind;

use super::glob::Glob;
use crate::conventions::{Attributes, Given, operation_name, resource_name};

/// A span as Datadog would show it if it ended now: the first span of this process in a trace, or one that has
/// ended.
#[derive(Debug)]
pub(super) struct Subject<'a> {
    pub(super) service: &'a str,
    pub(super) name: Cow<'a, str>,
    pub(super) resource: Cow<'a, str>,
    attributes: Attributes<'a>,
    process: &'a Process,
}

/// The tags that a span has from its process.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) service: String,
    pub(crate) env: Option<String>,
    pub(crate) version: Option<String>,
    /// `DD_TAGS`.
    pub(crate) tags: Arc<[(String, String)]>,
}

impl<'a> Subject<'a> {
    pub(super) fn new(
        name: &'a str,
        kind: &SpanKind,
        given: Given<'a>,
        process: &'a Process,
    ) -> Self {
        let attributes = Attributes::of(given);
        Self {
            service: attributes.service.unwrap_or(&process.service),
            name: operation_name(kind, &attributes),
            resource: resource_name(name, kind, &attributes),
            attributes,
            process,
        }
    }

    /// Whether the span has a tag with this name, in Datadog's or OpenTelemetry's spelling, that matches.
    pub(super) fn has_tag(&self, key: &str, glob: &Glob) -> bool {
        if let Some(value) = self.attributes.get(key) {
            return fits(glob, value);
        }
        if let Some(text) = self.attributes.own_tag(key) {
            return glob.matches(text);
        }
        let process = self.process;
        let of_process = match key {
            "env" => process.env.as_ref(),
            "version" => process.version.as_ref(),
            key => {
                let mut tags = process.tags.iter();
                tags.find(|(name, _)| name == key).map(|(_, value)| value)
            }
        };
        of_process.is_some_and(|text| glob.matches(text))
    }
}

/// A whole number is compared as text. Any other number matches only patterns of wildcards, because nobody
/// writes a pattern for the way its digits are printed.
fn fits(glob: &Glob, value: &Value) -> bool {
    match value {
        Value::String(text) => glob.matches(text.as_str()),
        Value::Bool(flag) => glob.matches(if *flag { "true" } else { "false" }),
        Value::I64(number) => glob.matches(&number.to_string()),
        Value::F64(number) if number.fract() == 0.0 => glob.matches(&number.to_string()),
        Value::F64(_) => glob.is_wildcards_only(),
        _ => false,
    }
}
