//! DynamoDB streams.

use super::arn::{part, second_part};
use super::event::Event;
use super::pointer;
use super::source::{InferredService, InferredSpan, Source, Tags};

pub(super) const SOURCE: Source = Source {
    name: "dynamodb",
    matches: |event| event.record.is_of("aws:dynamodb"),
    arn: |event, _| event.record.event_source_arn.text(),
    inferred,
    pointers: pointer::of_items,
    ..Source::NONE
};

fn inferred<'a>(event: &Event<'a>) -> Option<InferredSpan<'a>> {
    let record = &event.record;
    let arn = record.event_source_arn.text()?;
    let table = part(&arn, second_part)?;
    let [created, view, size] = record.dynamodb.members([
        b"ApproximateCreationDateTime",
        b"StreamViewType",
        b"SizeBytes",
    ]);
    let name = record.event_name.text();
    let resource = super::gateway::words([name.as_deref(), Some(&*table)]);
    let tags = Tags::default()
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
        tags: tags.into_vec(),
        is_sync: false,
        before: None,
    })
}
