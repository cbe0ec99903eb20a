//! EventBridge: rules, pipes and the scheduler; to a function, or through a queue or a topic.

use std::time::SystemTime;

use super::fields::Field;
use super::source::{Details, InferredService, InferredSpan, Source};
use crate::conventions::WrittenTags;
use crate::event::members::Member;
use crate::json::Reader;

pub(super) const SOURCE: Source = Source {
    name: "eventbridge",
    matches: |event| event.members.has(Member::DetailType),
    details: |event, _| Details {
        inferred: span(&Envelope {
            detail_type: event.field(Member::DetailType),
            source: event.field(Member::Source),
            time: event.field(Member::Time),
            carrier: event
                .carrier
                .unwrap_or_else(|| carrier(&event.field(Member::Detail))),
        }),
        ..Details::NONE
    },
    ..Source::NONE
};

struct Envelope<'a> {
    detail_type: Field<'a>,
    source: Field<'a>,
    time: Field<'a>,
    /// `_datadog` in `detail`.
    carrier: Field<'a>,
}

fn carrier<'a>(detail: &Field<'a>) -> Field<'a> {
    let [carrier] = detail.members([b"_datadog"]);
    carrier
}

/// The event that is the body of a message.
pub(super) fn in_body(body: &str) -> Option<InferredSpan<'_>> {
    let event = Field::new(Some(Reader::new(body.as_bytes())));
    let [detail_type, source, time, detail] =
        event.members([b"detail-type", b"source", b"time", b"detail"]);
    if !detail_type.is_there() {
        return None;
    }
    span(&Envelope {
        detail_type,
        source,
        time,
        carrier: carrier(&detail),
    })
}

fn span<'a>(event: &Envelope<'a>) -> Option<InferredSpan<'a>> {
    let source = event.source.text()?;
    let [bus, sent, state] = event.carrier.members([
        b"x-datadog-resource-name",
        b"x-datadog-start-time",
        b"State",
    ]);
    let resource = bus.text().unwrap_or_else(|| source.clone());
    let tags = WrittenTags::new().with("detail_type", event.detail_type.text());
    Some(InferredSpan {
        name: "aws.eventbridge",
        span_type: "web",
        service: InferredService::of(source, "lambda_eventbridge", "eventbridge"),
        resource,
        start: started(&sent, &state).or_else(|| event.time.date()),
        end: None,
        tags,
        is_sync: false,
        before: None,
    })
}

/// `time` has whole seconds. The producer may say it more precisely: a tracer that wrote the carrier, or the
/// state of Step Functions that sent the event.
fn started(sent: &Field<'_>, state: &Field<'_>) -> Option<SystemTime> {
    let [entered] = state.members([b"EnteredTime"]);
    sent.milliseconds().or_else(|| entered.date())
}
