//! Durable functions: the checkpoint in which the SDK keeps the trace context, the input of the execution, and ids
//! that are computed from the execution's name.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use super::headers::Headers;
use super::{step_functions, text, usable};
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

/// The input that the caller gave the execution, which is the first operation of every invocation.
pub(super) fn input(state: Reader<'_>) -> Option<Cow<'_, str>> {
    let [operations] = state.members([b"Operations"]);
    let mut operations = operations?;
    if let Some(list) = operations.array() {
        operations.element(list).then_some(())?;
    } else {
        let object = operations.object()?;
        operations.member(object)?;
    }
    let [details] = operations.members([b"ExecutionDetails"]);
    let [input] = details?.members([b"InputPayload"]);
    input?.string()
}

/// The trace context that all invocations of an execution have in common where nobody gave it one: its trace id and
/// its parent are computed from the execution's ARN, as AWS's own plugins for OpenTelemetry compute the trace id.
///
/// It is kept, as that of a Step Functions execution is: its invocations must not decide one by one.
pub(super) fn of_execution(arn: &str) -> TraceContext {
    let parent = Sha256::new_with_prefix(arn).chain_update("#execution");
    TraceContext::new(
        step_functions::hashed(arn),
        step_functions::halves(parent).0,
        Some(step_functions::PRIORITY),
    )
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
