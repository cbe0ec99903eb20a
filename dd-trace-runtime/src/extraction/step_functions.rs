//! Step Functions: the ids are computed from the execution and the state, so that every task of an execution
//! finds the same trace on its own.

use std::borrow::Cow;

use sha2::{Digest, Sha256};

use crate::context::carrier::Carrier;
use crate::context::propagation::{DatadogPropagator, PropagationConfig};
use crate::context::trace_context::TraceContext;
use crate::event::trigger::{self, Field};
use crate::json::{Place, Reader};

/// Tasks are part of the trace that the state machine's own integration sends, which is kept.
pub(super) const PRIORITY: i8 = 1;

/// The trace context of a context object, which comes next.
///
/// It stands alone, or under `_datadog` if the state machine passes it on beside the input. A legacy Lambda
/// task wraps either of them in `Payload`.
pub(super) fn context(mut json: Reader<'_>) -> Option<TraceContext> {
    let (mut payload, mut passed_on) = (None, ContextObject::default());
    let mut itself = ContextObject::at(&json);
    let object = json.object()?;
    while let Some(name) = json.member(object) {
        match &*name {
            b"Payload" => payload = Some(Wrapped::read(&mut json)),
            b"_datadog" => passed_on = ContextObject::read(&mut json),
            name => itself.take(name, &mut json),
        }
    }
    payload
        .and_then(|payload| payload.context())
        .or_else(|| passed_on.context())
        .or_else(|| itself.context())
}

/// The contents of a legacy Lambda task: a context object, or an input that passes one on.
#[derive(Debug, Default)]
pub(super) struct Wrapped<'a> {
    passed_on: ContextObject<'a>,
    itself: ContextObject<'a>,
}

impl<'a> Wrapped<'a> {
    /// Reads the value of `Payload`, which comes next, in one pass.
    pub(super) fn read(json: &mut Reader<'a>) -> Self {
        let mut wrapped = Self {
            passed_on: ContextObject::default(),
            itself: ContextObject::at(json),
        };
        if let Some(object) = json.object() {
            while let Some(name) = json.member(object) {
                match &*name {
                    b"_datadog" => wrapped.passed_on = ContextObject::read(json),
                    name => wrapped.itself.take(name, json),
                }
            }
        }
        wrapped
    }

    pub(super) fn is_there(&self) -> bool {
        self.passed_on.is_there() || self.itself.is_there()
    }

    pub(super) fn context(&self) -> Option<TraceContext> {
        self.passed_on.context().or_else(|| self.itself.context())
    }
}

/// The members of a context object that matter to the trace. Any object may have some of them.
#[derive(Debug, Default)]
pub(super) struct ContextObject<'a> {
    at: Option<Place<'a>>,
    execution: Option<Execution<'a>>,
    state: Option<Place<'a>>,
    version: Option<Place<'a>>,
    root: Option<Place<'a>>,
}

impl<'a> ContextObject<'a> {
    /// For the object that comes next, whose members are still to be [taken](Self::take).
    pub(super) fn at(json: &Reader<'a>) -> Self {
        Self {
            at: Some(json.place()),
            ..Self::default()
        }
    }

    /// Reads the value that comes next.
    fn read(json: &mut Reader<'a>) -> Self {
        let mut context = Self::at(json);
        if let Some(object) = json.object() {
            while let Some(name) = json.member(object) {
                context.take(&name, json);
            }
        }
        context
    }

    /// Takes the value that comes next, if `name` is a member of a context object.
    pub(super) fn take(&mut self, name: &[u8], json: &mut Reader<'a>) {
        let slot = match name {
            b"Execution" => {
                self.execution = Some(Execution::read(json));
                return;
            }
            b"State" => &mut self.state,
            b"serverless-version" => &mut self.version,
            b"RootExecutionId" => &mut self.root,
            _ => return,
        };
        *slot = Some(json.place());
    }

    pub(super) fn is_there(&self) -> bool {
        self.execution.is_some()
    }

    /// The execution, for detection.
    pub(super) fn seen(&self) -> Option<trigger::Execution<'a>> {
        let field = |at: Option<Place<'a>>| Field::new(at.map(Place::reader));
        self.execution.as_ref().map(|execution| trigger::Execution {
            id: field(execution.id),
            redrives: field(execution.redrives),
        })
    }

    /// The trace context, whether the object comes from Step Functions itself or was passed on by a version of
    /// the integration.
    pub(super) fn context(&self) -> Option<TraceContext> {
        let execution = self.execution.as_ref()?;
        let task = Task::read(execution, self.state?.reader())?;
        let version = self.version.and_then(text);
        if version.is_some_and(|version| version == "v1") {
            let root = || Some(hashed(&text(self.root?)?));
            return task.context(started_by_function(self.at?.reader()).or_else(root));
        }
        // The caller's headers are in the input.
        task.context(
            execution
                .carrier
                .and_then(|at| started_by_function(at.reader())),
        )
    }
}

/// An execution, in one pass: its input may be most of the event.
#[derive(Debug, Default)]
struct Execution<'a> {
    id: Option<Place<'a>>,
    redrives: Option<Place<'a>>,
    /// `_datadog` of the input, which comes from the caller of the execution.
    carrier: Option<Place<'a>>,
}

impl<'a> Execution<'a> {
    fn read(json: &mut Reader<'a>) -> Self {
        let mut execution = Self::default();
        let Some(object) = json.object() else {
            return execution;
        };
        while let Some(name) = json.member(object) {
            match &*name {
                b"Id" => execution.id = Some(json.place()),
                b"RedriveCount" => execution.redrives = Some(json.place()),
                b"Input" => {
                    let [carrier] = json.read_members([b"_datadog"]);
                    execution.carrier = carrier.map(|carrier| carrier.place());
                }
                _ => {}
            }
        }
        execution
    }
}

fn text(at: Place<'_>) -> Option<Cow<'_, str>> {
    at.reader().string()
}

/// The values from which the ids are computed.
struct Task<'a> {
    execution_id: Cow<'a, str>,
    redrive_count: u64,
    retry_count: u64,
    state_name: Cow<'a, str>,
    entered_time: Cow<'a, str>,
}

impl<'a> Task<'a> {
    fn read(execution: &Execution<'a>, state: Reader<'a>) -> Option<Self> {
        let [mut name, mut entered, retries] =
            state.members([b"Name", b"EnteredTime", b"RetryCount"]);
        Some(Self {
            execution_id: text(execution.id?)?,
            redrive_count: count(execution.redrives.map(Place::reader)),
            retry_count: count(retries),
            state_name: name.as_mut()?.string()?,
            entered_time: entered.as_mut()?.string()?,
        })
    }

    /// In the trace of the caller, otherwise of the execution itself.
    fn context(&self, trace_id: Option<u128>) -> Option<TraceContext> {
        // Both hashes begin with the id.
        let execution = Sha256::new_with_prefix(&*self.execution_id);
        let trace_id = trace_id.unwrap_or_else(|| trace_id_of(execution.clone()));
        let context = TraceContext::new(trace_id, self.parent_id(execution), Some(PRIORITY));
        context.is_usable().then_some(context)
    }

    /// The span of the state, with the id that the state machine's integration computes.
    fn parent_id(&self, mut state: Sha256) -> u64 {
        for part in ["#", &self.state_name, "#", &self.entered_time] {
            state.update(part);
        }
        let (retries, redrives) = (self.retry_count, self.redrive_count);
        if retries != 0 || redrives != 0 {
            state.update(format!("#{retries}#{redrives}"));
        }
        halves(state).0
    }
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

/// A number, or a number in a string; none for anything else.
fn count(value: Option<Reader<'_>>) -> u64 {
    let Some(mut value) = value else {
        return 0;
    };
    let text = value.string().or_else(|| value.raw().map(Cow::Borrowed));
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The trace of an execution: its upper half is the first half of the hash.
pub(super) fn hashed(execution_id: &str) -> u128 {
    trace_id_of(Sha256::new_with_prefix(execution_id))
}

fn trace_id_of(execution: Sha256) -> u128 {
    let (high, low) = halves(execution);
    (u128::from(high) << 64) | u128::from(low)
}

/// The first two words of the SHA-256, each an id: 63 bits, and not zero.
pub(super) fn halves(hash: Sha256) -> (u64, u64) {
    let hash = hash.finalize();
    let mut words = hash.chunks_exact(8).map(|word| {
        let word = word
            .iter()
            .fold(0_u64, |word, byte| (word << 8) | u64::from(*byte));
        (word & (u64::MAX >> 1)).max(1)
    });
    (words.next().unwrap_or(1), words.next().unwrap_or(1))
}
