//! Where Data Streams Monitoring looks: the queue, topic or stream of each record, and the pathway in its carrier.
//!
//! The carriers are those of the trace context, in the places that datadog-lambda-python 8.130 reads
//! (`_dsm_set_checkpoint` and its callers in `tracing.py`), and for Kafka those of ddtrace 4.16.

use std::borrow::Cow;

use memchr::memmem::find;

use super::attribute::Attribute;
use super::{eventbridge, kafka, text};
use crate::event::trigger::TriggerKind;
use crate::json::Reader;

/// The header in which a pathway travels.
pub(crate) const HEADER: &str = "dd-pathway-ctx-base64";

/// A message that the function was given.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Delivery<'a> {
    /// The service as the tag `type:` names it.
    pub(crate) service: &'static str,
    /// The ARN of the queue, topic or stream, the detail type, or the name of the topic of Kafka; empty where the
    /// event doesn't say it.
    pub(crate) topic: Cow<'a, str>,
    /// The header, if there is one.
    pub(crate) pathway: Option<String>,
}

/// Hands each message of an event to `take`, in one pass over the event.
pub(crate) fn each<'a>(event: &'a [u8], kind: TriggerKind, mut take: impl FnMut(Delivery<'a>)) {
    let json = Reader::new(event);
    match kind {
        TriggerKind::Sqs => each_record(json, &mut take, sqs),
        TriggerKind::Sns => each_record(json, &mut take, sns),
        TriggerKind::Kinesis => each_record(json, &mut take, kinesis),
        TriggerKind::EventBridge => take(event_bridge(json)),
        TriggerKind::Msk | TriggerKind::SelfManagedKafka => each_of_kafka(json, &mut take),
        _ => {}
    }
}

/// The message that one record of an event is; `None` for sources whose records aren't processed one at a time.
pub(crate) fn of_record(record: &[u8], kind: TriggerKind) -> Option<Delivery<'_>> {
    let read = match kind {
        TriggerKind::Sqs => sqs,
        TriggerKind::Kinesis => kinesis,
        _ => return None,
    };
    Some(read(&mut Reader::new(record)))
}

/// The header in `_datadog` of data that is a JSON object: an object, its JSON text, or an attribute that has that text.
pub(crate) fn of_data(data: &[u8]) -> Option<String> {
    let [carrier] = Reader::new(data).members([b"_datadog"]);
    let mut carrier = carrier?;
    if let Some(text) = carrier.clone().string() {
        return of_carrier(Reader::new(text.as_bytes()));
    }
    let [header, text] = carrier.read_members([HEADER.as_bytes(), b"StringValue"]);
    match header {
        Some(mut header) => header.string().map(Cow::into_owned),
        None => of_carrier(Reader::new(text?.string()?.as_bytes())),
    }
}

/// The same of a text that stands in an event as a JSON string, with its escapes.
fn of_text(text: &[u8]) -> Option<String> {
    // Most texts have none: a search is cheaper than to undo their escapes and read them.
    find(text, b"_datadog")?;
    of_data(text::unquoted(text)?.as_bytes())
}

fn each_record<'a>(
    event: Reader<'a>,
    take: &mut impl FnMut(Delivery<'a>),
    read: fn(&mut Reader<'a>) -> Delivery<'a>,
) {
    let [records] = event.members([b"Records"]);
    let Some(mut records) = records else { return };
    let Some(list) = records.array() else { return };
    while records.element(list) {
        take(read(&mut records));
    }
}

/// The message comes from the queue, whatever put it there.
fn sqs<'a>(record: &mut Reader<'a>) -> Delivery<'a> {
    let [arn, body, attributes] =
        record.read_members([b"eventSourceARN", b"body", b"messageAttributes"]);
    let body = body.and_then(|mut body| body.raw_bytes());
    let forwarded = || of_forwarded(body?);
    let in_attribute = || of_attribute(attributes?);
    let in_payload = || of_text(body?);
    Delivery {
        service: "sqs",
        topic: string(arn),
        pathway: forwarded().or_else(in_attribute).or_else(in_payload),
    }
}

/// What EventBridge or SNS wrapped into the body of a message.
fn of_forwarded(body: &[u8]) -> Option<String> {
    // Most bodies are the user's own: a search is cheaper than to undo their escapes and read them.
    find(body, b"_datadog")?;
    let body = text::unquoted(body)?;
    let members = [
        &b"detail"[..],
        b"detail-type",
        b"source",
        b"Type",
        b"TopicArn",
        b"MessageAttributes",
        b"Message",
    ];
    let [
        detail,
        detail_type,
        source,
        kind,
        topic,
        attributes,
        message,
    ] = Reader::new(body.as_bytes()).members(members);
    if !string(detail_type).is_empty() && !string(source).is_empty() {
        return of_carrier(eventbridge::carrier(&mut detail?)?);
    }
    let is_notification = topic.is_some() && string(kind) == "Notification";
    is_notification.then(|| of_notification(attributes, message))?
}

fn sns<'a>(record: &mut Reader<'a>) -> Delivery<'a> {
    let [notification] = record.read_members([b"Sns"]);
    let members = [&b"TopicArn"[..], b"MessageAttributes", b"Message"];
    let members = notification.map(|it| it.members(members));
    let [topic, attributes, message] = members.unwrap_or_default();
    Delivery {
        service: "sns",
        topic: string(topic),
        pathway: of_notification(attributes, message),
    }
}

/// In the attribute of a notification of SNS, or in its payload.
fn of_notification(attributes: Option<Reader<'_>>, message: Option<Reader<'_>>) -> Option<String> {
    let in_payload = || of_text(message?.raw_bytes()?);
    attributes.and_then(of_attribute).or_else(in_payload)
}

fn kinesis<'a>(record: &mut Reader<'a>) -> Delivery<'a> {
    let [arn, kinesis] = record.read_members([b"eventSourceARN", b"kinesis"]);
    let in_data = || {
        let [mut data] = kinesis?.members([b"data"]);
        let data = text::decode(&data.as_mut()?.string()?)?;
        of_data(data.as_bytes())
    };
    Delivery {
        service: "kinesis",
        topic: string(arn),
        pathway: in_data(),
    }
}

fn event_bridge(event: Reader<'_>) -> Delivery<'_> {
    let [detail_type, detail] = event.members([b"detail-type", b"detail"]);
    let in_detail = || of_carrier(eventbridge::carrier(&mut detail?)?);
    Delivery {
        service: "eventbridge",
        topic: string(detail_type),
        pathway: in_detail(),
    }
}

fn each_of_kafka<'a>(event: Reader<'a>, take: &mut impl FnMut(Delivery<'a>)) {
    let [records] = event.members([b"records"]);
    let Some(mut records) = records else { return };
    kafka::each_record(&mut records, |record| {
        let [topic, headers] = record.read_members([b"topic", b"headers"]);
        take(Delivery {
            service: "kafka",
            topic: string(topic),
            pathway: headers.and_then(|mut headers| kafka::header(&mut headers, HEADER)),
        });
    });
}

/// The attribute `_datadog` among those of a message.
fn of_attribute(mut attributes: Reader<'_>) -> Option<String> {
    let attribute = Attribute::among(&mut attributes)?;
    of_carrier(Reader::new(attribute.text()?.as_bytes()))
}

fn of_carrier(carrier: Reader<'_>) -> Option<String> {
    let [header] = carrier.members([HEADER.as_bytes()]);
    Some(header?.string()?.into_owned())
}

fn string(value: Option<Reader<'_>>) -> Cow<'_, str> {
    value
        .and_then(|mut value| value.string())
        .unwrap_or_default()
}
