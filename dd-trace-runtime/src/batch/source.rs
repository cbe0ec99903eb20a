//! The source of a record, according to the record itself.

use std::borrow::Cow;

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
    pub(super) name: String,
    /// The identifier that Lambda uses.
    pub(super) id: String,
    /// Whether the records after one that failed have to wait for it.
    pub(super) is_ordered: bool,
}

impl Source {
    /// Reads the record; an error says what is missing.
    pub(super) fn read(record: &str) -> Result<Self, String> {
        let record = Reader::new(record.as_bytes());
        let [source, arn, message_id, kinesis, dynamodb] = record.members([
            b"eventSource",
            b"eventSourceARN",
            b"messageId",
            b"kinesis",
            b"dynamodb",
        ]);
        let source = text(source).unwrap_or_default();
        let arn = text(arn).unwrap_or_default();
        let (kind, member, id) = match &*source {
            "aws:sqs" => (Kind::Sqs, "messageId", text(message_id)),
            "aws:kinesis" => {
                let member = "kinesis.sequenceNumber";
                (Kind::Kinesis, member, inner(kinesis, b"sequenceNumber"))
            }
            "aws:dynamodb" => {
                let member = "dynamodb.SequenceNumber";
                (Kind::DynamoDb, member, inner(dynamodb, b"SequenceNumber"))
            }
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
            name: kind.name(&arn).to_owned(),
            id: id.into_owned(),
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

fn text(member: Option<Reader<'_>>) -> Option<Cow<'_, str>> {
    member?.string()
}

fn inner<'a>(member: Option<Reader<'a>>, name: &[u8]) -> Option<Cow<'a, str>> {
    let [inner] = member?.members([name]);
    text(inner)
}
