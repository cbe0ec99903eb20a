//! Tasks of Step Functions whose state machine passes its context object on.

use super::event::Event;
use super::fields::Field;
use super::source::Source;
use crate::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "states",
    matches: |event| state_machine(event).is_some(),
    arn: |event, _| {
        let [id] = state_machine(event)?.members([b"Id"]);
        id.text()
    },
    ..Source::NONE
};

/// `StateMachine` of the context object: that is the event, or its `_datadog`, or either of them inside
/// the `Payload` of a legacy Lambda task.
fn state_machine<'a>(event: &Event<'a>) -> Option<Field<'a>> {
    let itself = [Member::Execution, Member::State, Member::StateMachine];
    let [execution, state, machine] = itself.map(|member| event.field(member));
    if execution.is_there() && state.is_there() && machine.is_there() {
        return Some(machine);
    }
    let payload = event.field(Member::Payload);
    let [wrapped] = payload.members([b"_datadog"]);
    [event.field(Member::Datadog), wrapped, payload]
        .iter()
        .find_map(machine_of)
}

fn machine_of<'a>(context: &Field<'a>) -> Option<Field<'a>> {
    let [execution, state, machine] = context.members([b"Execution", b"State", b"StateMachine"]);
    (execution.is_there() && state.is_there() && machine.is_there()).then_some(machine)
}
