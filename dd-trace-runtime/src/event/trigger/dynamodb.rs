//! DynamoDB streams.

use std::borrow::Cow;

use super::arn::{part, second_part};
use super::event::Event;
use super::pointer;
use super::source::{Details, InferredService, InferredSpan, Source};
use crate::conventions::WrittenTags;

pub(super) const SOURCE: Source = Source {
    name: "dynamodb",
    matches: |event| event.record.is_of("aws:dynamodb"),
    details: |event, _| {
        Details::with_span(event.record.event_source_arn.text(), |arn| span(event, arn))
    },
    pointers: pointer::of_items,
    ..Source::NONE
};

fn span<'a>(event: &Event<'a>, arn: Cow<'a, str>) -> Option<InferredSpan<'a>> {
    let record = &event.record;
    let table = part(&arn, second_part)?;
    let [created, view, size] = record.dynamodb.members([
        b"ApproximateCreationDateTime",
        b"StreamViewType",
        b"SizeBytes",
    ]);
    let name = record.event_name.text();
    let resource = super::gateway::words([name.as_deref(), Some(&*table)]);
    let tags = WrittenTags::new()
        .with("tablename", Some(table.clone()))
        .with("event_source_arn", Some(arn))
        .with("event_id", record.event_id.text())
        .with("event_name", name)
        .with("event_version", record.event_version.text())
        .with("stream_view_type", view.text())
        .with("size_bytes", size.printed());
    Some(InferredSpan {
        name: "aws.dynamodb",
        span_type: "web",
        service: InferredService::of(table, "lambda_dynamodb", "dynamodb"),
        resource: resource.into(),
        start: created.seconds(),
        end: None,
        tags,
        is_sync: false,
        before: None,
    })
}
