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
        let [name, s3] = record.read_members([b"eventName", b"s3"]).map(Field::new);
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
    of_records(event, item)
}

/// The item that one record of a DynamoDB stream tells of.
pub(crate) fn of_item(record: &[u8]) -> Option<SpanPointer> {
    item(&mut Reader::new(record))
}

fn item(record: &mut Reader<'_>) -> Option<SpanPointer> {
    let object = record.object()?;
    let (mut name, mut arn, mut key) = (None, None, None);
    while let Some(member) = record.member(object) {
        match &*member {
            b"eventName" => name = record.string(),
            b"eventSourceARN" => arn = record.string(),
            b"dynamodb" => key = key_of(record),
            _ => {}
        }
    }
    if !matches!(&*name?, "INSERT" | "MODIFY" | "REMOVE") {
        return None;
    }
    SpanPointer::of_item(super::arn::second_part(&arn?)?, key?)
}

/// The pointers of the records, each of which `pointer` reads.
fn of_records<'a>(
    event: &Event<'a>,
    pointer: impl Fn(&mut Reader<'a>) -> Option<SpanPointer>,
) -> Vec<SpanPointer> {
    let mut pointers = Vec::new();
    let Some(mut records) = event.members.get(Member::Records) else {
        return pointers;
    };
    let Some(list) = records.array() else {
        return pointers;
    };
    while pointers.len() < MAX_POINTERS && records.element(list) {
        pointers.extend(pointer(&mut records));
    }
    pointers
}

/// Keys are encoded in notifications. The writer of the object knows them unencoded.
fn decode_key(key: &str) -> Vec<u8> {
    percent_decode_str(&key.replace('+', " ")).collect()
}

/// The names and values of a primary key.
type Key<'a> = Vec<(Cow<'a, str>, Cow<'a, [u8]>)>;

/// The primary key in the `dynamodb` of a record, which comes next.
fn key_of<'a>(dynamodb: &mut Reader<'a>) -> Option<Key<'a>> {
    let object = dynamodb.object()?;
    let mut key = None;
    while let Some(member) = dynamodb.member(object) {
        if *member == *b"Keys" {
            key = read_key(dynamodb);
        }
    }
    key
}

fn read_key<'a>(keys: &mut Reader<'a>) -> Option<Key<'a>> {
    let object = keys.object()?;
    let mut found = Vec::new();
    while let Some(name) = keys.member(object) {
        let name = match name {
            Cow::Borrowed(name) => std::str::from_utf8(name).ok()?.into(),
            Cow::Owned(name) => String::from_utf8(name).ok()?.into(),
        };
        found.push((name, value(keys)?));
    }
    Some(found)
}

/// Text and numbers as they are written. Bytes are decoded: the event has them in Base64.
fn value<'a>(attribute: &mut Reader<'a>) -> Option<Cow<'a, [u8]>> {
    let [text, number, bytes] = attribute.read_members([b"S", b"N", b"B"]).map(Field::new);
    match text.text().or_else(|| number.text()) {
        Some(Cow::Borrowed(plain)) => Some(plain.as_bytes().into()),
        Some(Cow::Owned(plain)) => Some(plain.into_bytes().into()),
        None => Some(BASE64_STANDARD.decode(&*bytes.text()?).ok()?.into()),
    }
}
