//! Why a carrier gives no parent.

use super::held::shown;
use crate::context::carrier::{Carrier, known_name};
use crate::context::propagation::{DatadogPropagator, PropagationConfig, Style};
use crate::context::trace_context::TraceContext;

const TRACE_ID: &str = "x-datadog-trace-id";
const PARENT_ID: &str = "x-datadog-parent-id";

/// The reason, as the end of a sentence about the carrier.
pub(super) fn why_no_parent(carrier: &Carrier, propagator: &DatadogPropagator) -> String {
    let is_known = |name: &str| known_name(name.as_bytes()).is_some();
    if !carrier.iter().any(|(name, _)| is_known(name)) {
        return "it holds no propagation header".into();
    }
    if of_any_style().extract_trace_context(carrier).is_some() {
        return if propagator.behave(TraceContext::new(1, 1, None)).is_none() {
            "DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT is `ignore`".into()
        } else if propagator.styles().next().is_none() {
            "no propagation style is read".into()
        } else {
            let styles: Vec<_> = propagator.styles().collect();
            format!(
                "its headers are of a style that isn't read; DD_TRACE_PROPAGATION_STYLE_EXTRACT is `{}`",
                styles.join(",")
            )
        };
    }
    datadog(carrier)
        .or_else(|| traceparent(carrier))
        .unwrap_or_else(|| "its headers have no trace id and parent id".into())
}

fn of_any_style() -> DatadogPropagator {
    DatadogPropagator::new(PropagationConfig {
        extract: vec![
            Style::Datadog,
            Style::TraceContext,
            Style::B3,
            Style::B3Multi,
        ],
        ..PropagationConfig::default()
    })
}

fn datadog(carrier: &Carrier) -> Option<String> {
    let (trace_id, parent_id) = (carrier.get(TRACE_ID), carrier.get(PARENT_ID));
    trace_id.or(parent_id)?;
    Some(
        wrong_id("trace id", TRACE_ID, trace_id)
            .or_else(|| wrong_id("parent id", PARENT_ID, parent_id))
            .unwrap_or_else(|| "its headers contradict each other".into()),
    )
}

fn wrong_id(what: &str, header: &str, value: Option<&str>) -> Option<String> {
    let Some(value) = value else {
        return Some(format!("its {what} ({header}) is missing"));
    };
    match value.trim_ascii().parse::<u64>() {
        Ok(0) => Some(format!("its {what} is 0")),
        Ok(_) => None,
        Err(_) => Some(format!(
            "its {what} is `{}`, which isn't a decimal number of 64 bits",
            shown(value)
        )),
    }
}

fn traceparent(carrier: &Carrier) -> Option<String> {
    let value = carrier.get("traceparent")?;
    Some(format!(
        "its traceparent is `{}`, which isn't `00-<32 hexadecimal digits>-<16>-<2>` with ids that aren't 0",
        shown(value)
    ))
}
