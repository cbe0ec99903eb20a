//! S3 notifications.

use super::event::Event;
use super::pointer;
use super::source::{InferredService, InferredSpan, Source, Tags};

pub(super) const SOURCE: Source = Source {
    name: "s3",
    matches: |event| event.record.is_of("aws:s3"),
    arn: |event, _| {
        let [bucket] = event.record.s3.members([b"bucket"]);
        let [arn] = bucket.members([b"arn"]);
        arn.text()
    },
    inferred,
    pointers: pointer::of_objects,
    ..Source::NONE
};

fn inferred<'a>(event: &Event<'a>) -> Option<InferredSpan<'a>> {
    let record = &event.record;
    let [bucket, object] = record.s3.members([b"bucket", b"object"]);
    let [name, arn] = bucket.members([b"name", b"arn"]);
    let [key, size, etag] = object.members([b"key", b"size", b"eTag"]);
    let name = name.text()?;
    let tags = Tags::default()
        .with("event_name", record.event_name.text())
        .with("bucketname", Some(name.clone()))
        .with("bucket_arn", arn.text())
        .with("object_key", key.text())
        .with("object_size", size.printed())
        .with("object_etag", etag.text());
    Some(InferredSpan {
        name: "aws.s3",
        span_type: "web",
        service: InferredService::of(name.clone(), "lambda_s3", "s3"),
        resource: name,
        start: record.event_time.date(),
        end: None,
        tags: tags.into_vec(),
        is_sync: false,
        before: None,
    })
}
