//! Tasks of Step Functions whose state machine passes its context object on.

use std::borrow::Cow;

use super::arn::part;
use super::event::{Event, Execution};
use super::fields::Field;
use super::source::{Details, Source};
use crate::conventions::WrittenTags;
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "states",
    matches: |event| event.task.is_some(),
    details: |event, _| {
        let Some(task) = &event.task else {
            return Details::NONE;
        };
        let [id] = task.machine.members([b"Id"]);
        Details {
            tags: Some(task.tags()),
            ..Details::of_arn(id.text())
        }
    },
    ..Source::NONE
};

/// What Step Functions says about an execution.
#[derive(Debug, Clone)]
pub(super) struct ContextObject<'a> {
    execution: Execution<'a>,
    state: Field<'a>,
    machine: Field<'a>,
    /// The version of the instrumentation that passed the object on.
    version: Field<'a>,
    root_execution: Field<'a>,
    trace_id: Field<'a>,
    trace_tags: Field<'a>,
}

impl<'a> ContextObject<'a> {
    /// The object is the event, or its `_datadog`, or either of them inside the `Payload` of a legacy Lambda
    /// task.
    pub(super) fn of(event: &Event<'a>) -> Option<Self> {
        let itself = [Member::Execution, Member::State, Member::StateMachine];
        let [execution, state, machine] = itself.map(|member| event.field(member));
        if execution.is_there() && state.is_there() && machine.is_there() {
            let read = event.execution.clone();
            return Some(Self {
                execution: read.unwrap_or_else(|| read_execution(&execution)),
                state,
                machine,
                version: Field::default(),
                root_execution: Field::default(),
                trace_id: Field::default(),
                trace_tags: Field::default(),
            });
        }
        let payload = event.field(Member::Payload);
        let [wrapped] = payload.members([b"_datadog"]);
        [event.field(Member::Datadog), wrapped, payload]
            .iter()
            .find_map(Self::read)
    }

    fn read(object: &Field<'a>) -> Option<Self> {
        let [
            execution,
            state,
            machine,
            version,
            root_execution,
            trace_id,
            trace_tags,
        ] = object.members([
            b"Execution",
            b"State",
            b"StateMachine",
            b"serverless-version",
            b"RootExecutionId",
            b"x-datadog-trace-id",
            b"x-datadog-tags",
        ]);
        let is_one = execution.is_there() && state.is_there() && machine.is_there();
        is_one.then(|| Self {
            execution: read_execution(&execution),
            state,
            machine,
            version,
            root_execution,
            trace_id,
            trace_tags,
        })
    }

    /// The names that Datadog's library for Node uses.
    fn tags(&self) -> WrittenTags {
        let Execution { id, redrives } = &self.execution;
        let [name, entered, retries] = self.state.members([b"Name", b"EnteredTime", b"RetryCount"]);
        let count = |field: &Field<'a>| field.printed().unwrap_or("0".into());
        let tags = WrittenTags::new()
            .with("execution_id", id.text())
            .with("redrive_count", Some(count(redrives)))
            .with("retry_count", Some(count(&retries)))
            .with("state_entered_time", entered.text())
            .with("state_name", name.text());
        let Some(version) = self.version.text() else {
            return tags;
        };
        let tags = tags.with("serverless_version", Some(version));
        if let Some(root) = self.root_execution.text() {
            return tags.with("root_execution_id", Some(root));
        }
        let upper = |tags: &Cow<'a, str>| part(tags, trace_id_high);
        tags.with("trace_id", self.trace_id.text())
            .with("dd_p_tid", self.trace_tags.text().as_ref().and_then(upper))
    }
}

fn read_execution<'a>(execution: &Field<'a>) -> Execution<'a> {
    let mut execution = execution.reader();
    execution.as_mut().map(Execution::read).unwrap_or_default()
}

fn trace_id_high(tags: &str) -> Option<&str> {
    let mut tags = tags.split(',');
    tags.find_map(|tag| tag.strip_prefix("_dd.p.tid="))
}
