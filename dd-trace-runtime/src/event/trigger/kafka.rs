//! Kafka: Amazon's (MSK) and self-managed clusters, which have no ARN and no span.

use std::borrow::Cow;

use super::arn::{part, second_part};
use super::event::{Event, KafkaRecord};
use super::source::{Details, InferredService, InferredSpan, Source};
use crate::conventions::WrittenTags;
use crate::event::members::Member;

pub(super) const MSK: Source = Source {
    name: "msk",
    matches: |event| {
        event
            .text(Member::EventSource)
            .is_some_and(|source| source == "aws:kafka")
    },
    details: |event, _| {
        Details::with_span(event.text(Member::EventSourceArn), |arn| span(event, arn))
    },
    ..Source::NONE
};

pub(super) const SELF_MANAGED: Source = Source {
    name: "kafka",
    matches: |event| {
        event
            .text(Member::EventSource)
            .is_some_and(|source| source == "SelfManagedKafka")
    },
    ..Source::NONE
};

/// Of the first record, as everywhere.
fn span<'a>(event: &Event<'a>, arn: Cow<'a, str>) -> Option<InferredSpan<'a>> {
    let cluster = part(&arn, second_part)?;
    let record = event.kafka.clone().unwrap_or_else(|| first_record(event));
    let topic = record.topic.text()?;
    let tags = WrittenTags::new()
        .with("topic", Some(topic.clone()))
        .with("partition", record.partition.printed())
        .with("event_source", event.text(Member::EventSource))
        .with("event_source_arn", Some(arn));
    Some(InferredSpan {
        name: "aws.msk",
        span_type: "web",
        service: InferredService::of(cluster, "lambda_msk", "msk"),
        resource: topic,
        start: record.timestamp.milliseconds(),
        end: None,
        tags,
        is_sync: false,
        before: None,
    })
}

fn first_record<'a>(event: &Event<'a>) -> KafkaRecord<'a> {
    let partition = event.field(Member::KafkaRecords).first_member();
    let mut record = partition.first();
    if !record.is_there() {
        record = partition.first_member();
    }
    let mut record = record.reader();
    record.as_mut().map(KafkaRecord::read).unwrap_or_default()
}
