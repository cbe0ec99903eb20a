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
    /// Asked only where traces are merged with X-Ray's.
    XRay,
}

/// The answer of one source.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) name: SourceName,
    pub(crate) context: Option<TraceContext>,
}

/// The answers in the order in which the sources were asked. Only the last can have a trace context.
pub(crate) fn ask_each(event: &RawEvent, lambda: &Context, settings: &Settings) -> Vec<Answer> {
    let mut answers = Sources::read(event, settings, Question::Parent).answers();
    let client = || usable(&settings.propagator, &client_context::carrier(lambda)?);
    ask(&mut answers, SourceName::ClientContext, client);
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
