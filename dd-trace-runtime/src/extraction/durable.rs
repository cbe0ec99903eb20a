//! Durable functions: the checkpoint in which the SDK keeps the trace context.

use std::borrow::Cow;

use super::headers::Headers;
use super::{text, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::Reader;

/// The trace context of the latest checkpoint among `InitialExecutionState.Operations`. An older checkpoint
/// doesn't replace a broken one.
pub(super) fn context(state: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let [operations] = state.members([b"Operations"]);
    let (_, checkpoint) = latest(operations?)?;
    let [payload, details] = checkpoint.members([b"Payload", b"StepDetails"]);
    let result = || {
        let [result] = details?.members([b"Result"]);
        result
    };
    let mut value = payload.or_else(result)?;
    match value.string() {
        Some(headers) => text::context(&headers, propagator),
        None => usable(propagator, &Headers::read(value)),
    }
}

/// The operation `_datadog_<N>` with the highest number, in a list or in an object's values.
fn latest<'a>(mut operations: Reader<'a>) -> Option<(u64, Reader<'a>)> {
    let mut latest: Option<(u64, Reader<'a>)> = None;
    let mut look = |operation: Reader<'a>| {
        let number = number(operation.clone())?;
        if latest.as_ref().is_none_or(|(known, _)| number > *known) {
            latest = Some((number, operation));
        }
        Some(())
    };
    if let Some(list) = operations.array() {
        while operations.element(list) {
            look(operations.clone());
        }
    } else {
        let object = operations.object()?;
        while operations.member(object).is_some() {
            look(operations.clone());
        }
    }
    latest
}

fn number(operation: Reader<'_>) -> Option<u64> {
    let [mut name] = operation.members([b"Name"]);
    let name: Cow<'_, str> = name.as_mut()?.string()?;
    name.strip_prefix("_datadog_")?.parse().ok()
}
