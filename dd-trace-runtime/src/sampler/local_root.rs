//! What the rules look at.

use std::borrow::Cow;

use opentelemetry::KeyValue;
use opentelemetry::trace::SpanKind;

use super::glob::Glob;
use super::rule::fits;
use crate::export::{Attributes, operation_name};

/// The first span of this process in a trace, as Datadog will show it, with what it has at its start.
#[derive(Debug)]
pub(super) struct LocalRoot<'a> {
    pub(super) service: &'a str,
    pub(super) name: Cow<'a, str>,
    pub(super) resource: &'a str,
    attributes: Attributes<'a>,
    process: &'a Process,
}

/// What its spans have from the process.
#[derive(Debug)]
pub(super) struct Process {
    pub(super) service: String,
    pub(super) env: Option<String>,
    pub(super) version: Option<String>,
}

impl<'a> LocalRoot<'a> {
    pub(super) fn new(
        name: &'a str,
        kind: &SpanKind,
        attributes: &'a [KeyValue],
        process: &'a Process,
    ) -> Self {
        let attributes = Attributes::of(attributes);
        Self {
            service: attributes.service.unwrap_or(&process.service),
            name: operation_name(kind, &attributes),
            resource: attributes.resource.unwrap_or(name),
            attributes,
            process,
        }
    }

    /// Whether the span has a tag of that name, Datadog's or OpenTelemetry's, that fits.
    pub(super) fn has_tag(&self, key: &str, glob: &Glob) -> bool {
        if let Some(value) = self.attributes.get(key) {
            return fits(glob, value);
        }
        let of_process = match key {
            "env" => &self.process.env,
            "version" => &self.process.version,
            _ => &None,
        };
        of_process.as_ref().is_some_and(|text| glob.matches(text))
    }
}
