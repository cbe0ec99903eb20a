//! Scheduled rules: EventBridge's events from CloudWatch, which have no producer.

use super::source::{Details, Source};
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "cloudwatch-events",
    matches: |event| {
        event
            .text(Member::Source)
            .is_some_and(|source| source == "aws.events")
    },
    details: |event, _| Details::of_arn(event.field(Member::Resources).first().text()),
    ..Source::NONE
};
