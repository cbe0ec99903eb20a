//! The propagation styles that the environment names.

use super::Config;
use super::vars::{flag, number};
use crate::context::carrier::MAX_VALUE;
use crate::context::propagation::{Behavior, DatadogPropagator, PropagationConfig, Style};
use crate::log;

impl DatadogPropagator {
    /// A propagator with the styles that the environment names: `DD_TRACE_PROPAGATION_STYLE_EXTRACT`
    /// and `_INJECT`, `DD_TRACE_PROPAGATION_STYLE`, `OTEL_PROPAGATORS`.
    #[must_use]
    pub fn from_env() -> Self {
        Self::new(Config::from_env().propagation)
    }
}

/// The styles, in the precedence that Datadog's tracers share.
pub(super) fn from_vars(var: &dyn Fn(&str) -> Option<String>) -> PropagationConfig {
    let defaults = PropagationConfig::default();
    let shared =
        styles(var, "DD_TRACE_PROPAGATION_STYLE").or_else(|| styles(var, "OTEL_PROPAGATORS"));
    let pick = |name: &str, default: Vec<Style>| {
        styles(var, name)
            .or_else(|| shared.clone())
            .unwrap_or(default)
    };
    PropagationConfig {
        extract: pick("DD_TRACE_PROPAGATION_STYLE_EXTRACT", defaults.extract),
        inject: pick("DD_TRACE_PROPAGATION_STYLE_INJECT", defaults.inject),
        extract_first: flag(
            var,
            "DD_TRACE_PROPAGATION_EXTRACT_FIRST",
            defaults.extract_first,
        ),
        behavior: behavior(var),
        tags_max_length: number(var, "DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH")
            .map_or(defaults.tags_max_length, |length: usize| {
                length.min(MAX_VALUE)
            }),
        baggage_tags: defaults.baggage_tags,
    }
}

fn behavior(var: &dyn Fn(&str) -> Option<String>) -> Behavior {
    const NAME: &str = "DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT";
    match var(NAME).map(|value| value.to_ascii_lowercase()).as_deref() {
        None | Some("continue") => Behavior::Continue,
        Some("restart") => Behavior::Restart,
        Some("ignore") => Behavior::Ignore,
        Some(other) => {
            log::warn!(
                "{NAME} is `{other}`; write `continue`, `restart` or `ignore`; taken as `continue`"
            );
            Behavior::Continue
        }
    }
}

fn styles(var: &dyn Fn(&str) -> Option<String>, name: &str) -> Option<Vec<Style>> {
    let value = var(name)?;
    let mut styles = Vec::new();
    let mut is_known = false;
    for word in value
        .split(',')
        .map(str::trim)
        .filter(|word| !word.is_empty())
    {
        match Style::parse(word) {
            Ok(style) => {
                is_known = true;
                styles.extend(style.filter(|style| !styles.contains(style)));
            }
            Err(known) => {
                log::warn!("{name} has the unknown style `{word}`; the styles are {known}");
            }
        }
    }
    // `none` switches the styles off. A list without any known style, such as `xray`, counts as unset.
    is_known.then_some(styles)
}
