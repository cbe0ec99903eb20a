//! Span pointers: what S3 and DynamoDB say was written, as a hash that the writer's tracer also computes.

use std::borrow::Cow;
use std::fmt::Write as _;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use percent_encoding::percent_decode_str;
use sha2::{Digest, Sha256};

use super::event::Event;
use super::fields::Field;
use super::source::SpanPointer;
use crate::event::members::Member;
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
        let etag = etag.text()?;
        Some(SpanPointer {
            kind: "aws.s3.object",
            hash: hash(&[
                bucket.text()?.as_bytes(),
                &key,
                etag.trim_matches('"').as_bytes(),
            ]),
        })
    })
}

/// The items that were written or deleted, in every partition.
pub(super) fn of_items(event: &Event<'_>) -> Vec<SpanPointer> {
    of_records(event, |record| {
        let [name, arn, dynamodb] = record.members([b"eventName", b"eventSourceARN", b"dynamodb"]);
        if !matches!(&*name.text()?, "INSERT" | "MODIFY" | "REMOVE") {
            return None;
        }
        let arn = arn.text()?;
        let table = super::arn::second_part(&arn)?;
        let [keys] = dynamodb.members([b"Keys"]);
        let mut keys = keys_of(keys.reader()?)?;
        if let [one, other] = keys.as_mut_slice()
            && other < one
        {
            std::mem::swap(one, other);
        }
        let mut keys = keys.into_iter();
        let (name, value) = keys.next()?;
        let (second_name, second_value) = keys.next().unwrap_or_default();
        let parts: [&[u8]; 5] = [
            table.as_bytes(),
            name.as_bytes(),
            &value,
            second_name.as_bytes(),
            &second_value,
        ];
        Some(SpanPointer {
            kind: "aws.dynamodb.item",
            hash: hash(&parts),
        })
    })
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

/// The primary key: one or two attributes.
fn keys_of(mut keys: Reader<'_>) -> Option<Vec<(String, Vec<u8>)>> {
    let object = keys.object()?;
    let mut found = Vec::new();
    while let Some(name) = keys.member(object) {
        let name = String::from_utf8(name.into_owned()).ok()?;
        let value = value(&Field::new(Some(keys.clone())))?;
        found.push((name, value));
    }
    matches!(found.len(), 1 | 2).then_some(found)
}

/// Text and numbers as they are written. Bytes are decoded: the event has them in Base64.
fn value(attribute: &Field<'_>) -> Option<Vec<u8>> {
    let [text, number, bytes] = attribute.members([b"S", b"N", b"B"]);
    let plain = text.text().or_else(|| number.text());
    plain
        .map(|plain| Cow::into_owned(plain).into_bytes())
        .or_else(|| BASE64_STANDARD.decode(&*bytes.text()?).ok())
}

/// The first half of the SHA-256 of the parts.
fn hash(parts: &[&[u8]]) -> String {
    let mut text = String::with_capacity(32);
    for byte in Sha256::digest(parts.join(&b'|')).iter().take(16) {
        // Writing to a string can't fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
