//! Kinesis data streams.

use std::borrow::Cow;

use super::arn::{Arn, last_part, part};
use super::event::Event;
use super::source::{Details, InferredService, InferredSpan, Source};
use crate::conventions::WrittenTags;

pub(super) const SOURCE: Source = Source {
    name: "kinesis",
    matches: |event| event.record.is_of("aws:kinesis"),
    details: |event, _| {
        Details::with_span(event.record.event_source_arn.text(), |arn| span(event, arn))
    },
    ..Source::NONE
};

fn span<'a>(event: &Event<'a>, arn: Cow<'a, str>) -> Option<InferredSpan<'a>> {
    let record = &event.record;
    let stream = part(&arn, |arn| Some(stream(arn)))?;
    let id = record.event_id.text();
    let data = record.kinesis.clone().unwrap_or_default();
    let tags = WrittenTags::new()
        .with("streamname", Some(stream.clone()))
        // `shardId-000000000002:<sequence number>`.
        .with("shardid", id.as_ref().and_then(|id| part(id, shard)))
        .with("event_source_arn", Some(arn))
        .with("event_id", id)
        .with("event_name", record.event_name.text())
        .with("event_version", record.event_version.text())
        .with("partition_key", data.partition_key.text());
    Some(InferredSpan {
        name: "aws.kinesis",
        span_type: "web",
        service: InferredService::of(stream.clone(), "lambda_kinesis", "kinesis"),
        resource: stream,
        start: data.arrived.seconds(),
        end: None,
        tags,
        is_sync: false,
        before: None,
    })
}

fn stream(arn: &str) -> &str {
    let resource = Arn::parse(arn).map_or_else(|| last_part(arn), |arn| arn.resource);
    resource.strip_prefix("stream/").unwrap_or(resource)
}

fn shard(id: &str) -> Option<&str> {
    id.split(':').next()
}
