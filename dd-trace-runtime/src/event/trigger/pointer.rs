//! Span pointers at what S3 and DynamoDB say was written.

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;

use super::event::Event;
use super::fields::Field;
use crate::event::members::Member;
use crate::event::span_pointer::SpanPointer;
use crate::json::Reader;

/// OpenTelemetry's limit of links.
const MAX_POINTERS: usize = 128;

/// The objects that were created.
pub(super) fn of_objects(event: &Event<'_>) -> Vec<SpanPointer> {
    of_records(event, |record| {
        let [name, s3] = record.members([b"eventName", b"s3"]);
        if !name.text()?.starts_with("ObjectCreated:") {
            return None;
        }
        let [bucket, object] = s3.members([b"bucket", b"object"]);
        let [bucket] = bucket.members([b"name"]);
        let [key, etag] = object.members([b"key", b"eTag"]);
        let key = decode_key(&key.text()?);
        let bucket = bucket.text()?;
        Some(SpanPointer::of_object(&bucket, &key, &etag.text()?))
    })
}

/// The items that were written or deleted, in every partition.
pub(super) fn of_items(event: &Event<'_>) -> Vec<SpanPointer> {
    of_records(event, |record| item(&record))
}

/// The item that one record of a DynamoDB stream tells of.
pub(crate) fn of_item(record: &[u8]) -> Option<SpanPointer> {
    item(&Field::new(Some(Reader::new(record))))
}

fn item(record: &Field<'_>) -> Option<SpanPointer> {
    let [name, arn, dynamodb] = record.members([b"eventName", b"eventSourceARN", b"dynamodb"]);
    if !matches!(&*name.text()?, "INSERT" | "MODIFY" | "REMOVE") {
        return None;
    }
    let arn = arn.text()?;
    let table = super::arn::second_part(&arn)?;
    let [keys] = dynamodb.members([b"Keys"]);
    SpanPointer::of_item(table, keys_of(keys.reader()?)?)
}

fn of_records(
    event: &Event<'_>,
    pointer: impl Fn(Field<'_>) -> Option<SpanPointer>,
) -> Vec<SpanPointer> {
    let mut pointers = Vec::new();
    let Some(mut records) = event.members.get(Member::Records) else {
        return pointers;
    };
    let Some(list) = records.array() else {
        return pointers;
    };
    while pointers.len() < MAX_POINTERS && records.element(list) {
        pointers.extend(pointer(Field::new(Some(records.clone()))));
    }
    pointers
}

/// Keys are encoded in notifications. The writer of the object knows them unencoded.
fn decode_key(key: &str) -> Vec<u8> {
    percent_decode_str(&key.replace('+', " ")).collect()
}

/// The primary key.
fn keys_of(mut keys: Reader<'_>) -> Option<Vec<(String, Vec<u8>)>> {
    let object = keys.object()?;
    let mut found = Vec::new();
    while let Some(name) = keys.member(object) {
        let name = String::from_utf8(name.into_owned()).ok()?;
        let value = value(&Field::new(Some(keys.clone())))?;
        found.push((name, value));
    }
    Some(found)
}

/// Text and numbers as they are written. Bytes are decoded: the event has them in Base64.
fn value(attribute: &Field<'_>) -> Option<Vec<u8>> {
    let [text, number, bytes] = attribute.members([b"S", b"N", b"B"]);
    let plain = text.text().or_else(|| number.text());
    plain
        .map(|plain| Cow::into_owned(plain).into_bytes())
        .or_else(|| BASE64_STANDARD.decode(&*bytes.text()?).ok())
}
