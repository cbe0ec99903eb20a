//! S3 notifications.

use std::borrow::Cow;

use super::event::Record;
use super::fields::Field;
use super::pointer;
use super::source::{Details, InferredService, InferredSpan, Source};
use crate::conventions::WrittenTags;

pub(super) const SOURCE: Source = Source {
    name: "s3",
    matches: |event| event.record.is_of("aws:s3"),
    details: |event, _| {
        let record = &event.record;
        let [bucket, object] = record.s3.members([b"bucket", b"object"]);
        let [name, arn] = bucket.members([b"name", b"arn"]);
        let arn = arn.text();
        Details {
            inferred: name
                .text()
                .map(|name| span(record, name, arn.clone(), &object)),
            ..Details::of_arn(arn)
        }
    },
    pointers: pointer::of_objects,
    ..Source::NONE
};

fn span<'a>(
    record: &Record<'a>,
    name: Cow<'a, str>,
    arn: Option<Cow<'a, str>>,
    object: &Field<'a>,
) -> InferredSpan<'a> {
    let [key, size, etag] = object.members([b"key", b"size", b"eTag"]);
    let tags = WrittenTags::new()
        .with("event_name", record.event_name.text())
        .with("bucketname", Some(name.clone()))
        .with("bucket_arn", arn)
        .with("object_key", key.text())
        .with("object_size", size.printed())
        .with("object_etag", etag.text());
    InferredSpan {
        name: "aws.s3",
        span_type: "web",
        service: InferredService::of(name.clone(), "lambda_s3", "s3"),
        resource: name,
        start: record.event_time.date(),
        end: None,
        tags,
        is_sync: false,
        before: None,
    }
}
