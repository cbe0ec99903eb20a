//! Step Functions: ids that are computed from the execution and the state, so that every task of an
//! execution finds the same trace without being told.

use std::borrow::Cow;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use crate::carrier::Carrier;
use crate::json::Reader;
use crate::propagation::{DatadogPropagator, PropagationConfig};
use crate::trace_context::TraceContext;

/// Tasks are part of the trace that the state machine's own integration sends, which is kept.
const PRIORITY: i8 = 1;

/// The trace context of a context object, which comes next (`extraction.md` 2.12).
///
/// It stands alone, or under `_datadog` where the state machine passes it on beside the input; and both
/// under `Payload` where a legacy Lambda task wraps them.
pub(super) fn context(json: Reader<'_>) -> Option<TraceContext> {
    let [payload, passed_on, execution] =
        json.clone()
            .members([b"Payload", b"_datadog", b"Execution"]);
    of_event(payload, passed_on, execution.map(|_| json))
}

/// As [`context`], of the members of an event, and of the event itself where it has an execution.
pub(super) fn of_event(
    payload: Option<Reader<'_>>,
    passed_on: Option<Reader<'_>>,
    itself: Option<Reader<'_>>,
) -> Option<TraceContext> {
    let wrapped = || {
        let payload = payload?;
        let [passed_on, execution] = payload.clone().members([b"_datadog", b"Execution"]);
        passed_on
            .and_then(unwrapped)
            .or_else(|| execution.and_then(|_| unwrapped(payload)))
    };
    // Most carriers are headers: a search is cheaper than to read them for nothing.
    let is_execution = |carrier: &Reader<'_>| carrier.clone().mentions("Execution");
    wrapped()
        .or_else(|| unwrapped(passed_on.filter(is_execution)?))
        .or_else(|| unwrapped(itself?))
}

/// The parts of a context object that say something about the trace.
struct Task<'a> {
    execution_id: Cow<'a, str>,
    /// What the caller of the execution gave it, if that was a function of ours.
    input: Option<Reader<'a>>,
    redrive_count: u64,
    retry_count: u64,
    state_name: Cow<'a, str>,
    entered_time: Cow<'a, str>,
}

impl<'a> Task<'a> {
    fn read(execution: Reader<'a>, state: Reader<'a>) -> Option<Self> {
        let [mut id, redrives, input] = execution.members([b"Id", b"RedriveCount", b"Input"]);
        let [mut name, mut entered, retries] =
            state.members([b"Name", b"EnteredTime", b"RetryCount"]);
        Some(Self {
            execution_id: id.as_mut()?.string()?,
            input,
            redrive_count: count(redrives),
            retry_count: count(retries),
            state_name: name.as_mut()?.string()?,
            entered_time: entered.as_mut()?.string()?,
        })
    }

    /// In the trace of the caller, or else of the execution itself.
    fn context(&self, trace_id: Option<u128>) -> Option<TraceContext> {
        let trace_id = trace_id.unwrap_or_else(|| hashed(&self.execution_id));
        let context = TraceContext::new(trace_id, self.parent_id(), Some(PRIORITY));
        context.is_usable().then_some(context)
    }

    /// The span of the state, as the state machine's integration computes it.
    fn parent_id(&self) -> u64 {
        let Self {
            execution_id,
            state_name,
            entered_time,
            ..
        } = self;
        let mut state = format!("{execution_id}#{state_name}#{entered_time}");
        let (retries, redrives) = (self.retry_count, self.redrive_count);
        if retries != 0 || redrives != 0 {
            // Writing to a string doesn't fail.
            let _ = write!(state, "#{retries}#{redrives}");
        }
        halves(&state).0
    }
}

/// A context object, which may say which version of the integration passed it on.
fn unwrapped(json: Reader<'_>) -> Option<TraceContext> {
    let [execution, state, version, root] = json.clone().members([
        b"Execution",
        b"State",
        b"serverless-version",
        b"RootExecutionId",
    ]);
    let version = version.and_then(|mut version| version.string());
    if version.is_none_or(|version| version != "v1") {
        return legacy(execution?, state?);
    }
    let task = Task::read(execution?, state?)?;
    let root = || Some(hashed(&root?.string()?));
    task.context(started_by_function(json).or_else(root))
}

/// A context object as Step Functions itself gives it; the caller's headers are in the input.
fn legacy(execution: Reader<'_>, state: Reader<'_>) -> Option<TraceContext> {
    let task = Task::read(execution, state)?;
    let started = || {
        let [carrier] = task.input.clone()?.members([b"_datadog"]);
        started_by_function(carrier?)
    };
    task.context(started())
}

/// The trace of the function that started the execution, whose headers the object has.
fn started_by_function(mut carrier: Reader<'_>) -> Option<u128> {
    let mut carrier = Carrier::from_json(carrier.raw()?)?;
    // Any parent will do to read the id: the state is the parent.
    carrier.insert("x-datadog-parent-id", "1");
    let style = PropagationConfig::datadog_only();
    let context = DatadogPropagator::new(style).extract_trace_context(&carrier)?;
    Some(context.trace_id())
}

/// A number, or a number in a string; anything else counts as none.
fn count(value: Option<Reader<'_>>) -> u64 {
    let Some(mut value) = value else {
        return 0;
    };
    let text = value.string().or_else(|| value.raw().map(Cow::Borrowed));
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The trace of an execution: its upper half is the first half of the hash.
fn hashed(execution_id: &str) -> u128 {
    let (high, low) = halves(execution_id);
    (u128::from(high) << 64) | u128::from(low)
}

/// The first two words of the SHA-256, each an id: 63 bits, and not zero.
fn halves(text: &str) -> (u64, u64) {
    let hash = Sha256::digest(text.as_bytes());
    let mut words = hash.chunks_exact(8).map(|word| {
        let word = word
            .iter()
            .fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        (word & (u64::MAX >> 1)).max(1)
    });
    (words.next().unwrap_or(1), words.next().unwrap_or(1))
}
