//! What each source answered, to explain why a trace context was found or not.

use lambda_runtime::Context;

use super::sources::{Question, Sources};
use super::{Settings, client_context, usable, xray};
use crate::context::trace_context::TraceContext;
use crate::event::raw::RawEvent;

/// A source of a trace context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SourceName {
    Durable,
    DurableInput,
    Authorizer,
    Headers,
    AppSync,
    /// SQS, SNS and Kinesis.
    Records,
    EventBridge,
    Kafka,
    StepFunctions,
    Payload,
    ClientContext,
    /// Computed from the execution's name.
    DurableExecution,
    /// Asked only where traces are merged with X-Ray's.
    XRay,
}

impl SourceName {
    /// Whether it is a part of the envelope of a durable execution.
    pub(super) fn is_durable(self) -> bool {
        matches!(self, Self::Durable | Self::DurableInput)
    }
}

/// The answer of one source.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) name: SourceName,
    pub(crate) context: Option<TraceContext>,
}

/// The answers in the order in which the sources were asked. Only the last can have a trace context.
pub(crate) fn ask_each(event: &RawEvent, lambda: &Context, settings: &Settings) -> Vec<Answer> {
    let mut sources = Sources::of(event, settings);
    sources.read(Question::Parent);
    let mut answers = sources.answers();
    let client = || usable(&settings.propagator, &client_context::carrier(lambda)?);
    ask(&mut answers, SourceName::ClientContext, client);
    if sources.durable_execution().is_some() {
        let computed = || sources.of_durable_execution();
        ask(&mut answers, SourceName::DurableExecution, computed);
    }
    if settings.merge_xray {
        ask(&mut answers, SourceName::XRay, || xray(lambda));
    }
    answers
}

/// Asks one more source, unless one before it had a trace context.
fn ask(answers: &mut Vec<Answer>, name: SourceName, source: impl FnOnce() -> Option<TraceContext>) {
    let is_found = answers.last().is_some_and(|last| last.context.is_some());
    if !is_found {
        let context = source();
        answers.push(Answer { name, context });
    }
}
