//! The source of a record, according to the record itself.

use std::borrow::Cow;

use super::text::Text;
use crate::event::raw::RawEvent;
use crate::event::trigger::{Arn, last_part, second_part};
use crate::json::Reader;

/// The sources for which Lambda accepts failures of single records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sqs,
    Kinesis,
    DynamoDb,
}

/// What a record says of its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) kind: Kind,
    /// The queue, the stream or the table; empty if the record has no ARN.
    pub(super) name: Text,
    /// The identifier that Lambda uses.
    pub(super) id: Text,
    /// Whether the records after one that failed have to wait for it.
    pub(super) is_ordered: bool,
}

/// The members that say it.
#[derive(Debug, Default)]
struct Members<'a> {
    source: Option<Cow<'a, str>>,
    arn: Option<Cow<'a, str>>,
    /// `messageId`, `kinesis.sequenceNumber` and `dynamodb.SequenceNumber`.
    message: Option<Cow<'a, str>>,
    kinesis: Option<Cow<'a, str>>,
    dynamodb: Option<Cow<'a, str>>,
}

impl<'a> Members<'a> {
    /// Of the record that comes next, in one pass to its end.
    fn read(json: &mut Reader<'a>) -> Self {
        let mut members = Self::default();
        let Some(record) = json.object() else {
            return members;
        };
        while let Some(name) = json.member(record) {
            match &*name {
                b"eventSource" => members.source = json.string(),
                b"eventSourceARN" => members.arn = json.string(),
                b"messageId" => members.message = json.string(),
                b"kinesis" => members.kinesis = inner(json, b"sequenceNumber"),
                b"dynamodb" => members.dynamodb = inner(json, b"SequenceNumber"),
                _ => {}
            }
        }
        members
    }
}

impl Source {
    /// Reads the record of `event` that comes next, to its end; an error says what is missing.
    pub(super) fn read(event: &RawEvent, json: &mut Reader<'_>) -> Result<Self, String> {
        let members = Members::read(json);
        let source = members.source.unwrap_or_default();
        let arn = members.arn.unwrap_or_default();
        let (kind, member, id) = match &*source {
            "aws:sqs" => (Kind::Sqs, "messageId", members.message),
            "aws:kinesis" => (Kind::Kinesis, "kinesis.sequenceNumber", members.kinesis),
            "aws:dynamodb" => (Kind::DynamoDb, "dynamodb.SequenceNumber", members.dynamodb),
            "" => return Err("a record has no `eventSource`".to_owned()),
            other => {
                return Err(format!(
                    "a record of `{other}` can't be reported to Lambda as failed; take the event as a whole"
                ));
            }
        };
        let id = id.filter(|id| !id.is_empty());
        let id = id.ok_or_else(|| format!("a record of `{source}` has no `{member}`"))?;
        Ok(Self {
            kind,
            name: Text::of(event, kind.name(&arn).into()),
            id: Text::of(event, id),
            is_ordered: kind != Kind::Sqs || arn.ends_with(".fifo"),
        })
    }
}

impl Kind {
    fn name(self, arn: &str) -> &str {
        match self {
            Self::Sqs => last_part(arn),
            Self::Kinesis => {
                let stream = Arn::parse(arn).map_or_else(|| last_part(arn), |arn| arn.resource);
                stream.strip_prefix("stream/").unwrap_or(stream)
            }
            Self::DynamoDb => second_part(arn).unwrap_or_default(),
        }
    }
}

/// A text in the object that comes next.
fn inner<'a>(json: &mut Reader<'a>, name: &[u8]) -> Option<Cow<'a, str>> {
    let [inner] = json.read_members([name]);
    inner?.string()
}
