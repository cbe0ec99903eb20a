//! SNS topics, to a function or through a queue.

use super::arn::{last_part, part};
use super::eventbridge;
use super::fields::Field;
use super::source::{InferredService, InferredSpan, Source, Tags};
use crate::json::Reader;

pub(super) const SOURCE: Source = Source {
    name: "sns",
    matches: |event| {
        event
            .record
            .sns_event_source
            .text()
            .is_some_and(|source| source == "aws:sns")
    },
    arn: |event, _| {
        let [topic] = event.record.sns.members([b"TopicArn"]);
        topic.text()
    },
    inferred: |event| span(&event.record.sns, &event.record.event_subscription_arn),
    ..Source::NONE
};

/// The notification that is the body of an SQS message.
pub(super) fn in_body(body: &str) -> Option<InferredSpan<'_>> {
    let notification = Field::new(Some(Reader::new(body.as_bytes())));
    let [kind] = notification.members([b"Type"]);
    let is_notification = kind.text().is_some_and(|kind| kind == "Notification");
    is_notification.then(|| span(&notification, &Field::default()))?
}

fn span<'a>(notification: &Field<'a>, subscription: &Field<'a>) -> Option<InferredSpan<'a>> {
    let [topic_arn, message_id, kind, subject, timestamp, message] = notification.members([
        b"TopicArn",
        b"MessageId",
        b"Type",
        b"Subject",
        b"Timestamp",
        b"Message",
    ]);
    let arn = topic_arn.text()?;
    let topic = part(&arn, |arn| Some(last_part(arn)))?;
    let tags = Tags::default()
        .with("topicname", Some(topic.clone()))
        .with("topic_arn", Some(arn))
        .with("message_id", message_id.text())
        .with("type", kind.text())
        .with("subject", subject.text())
        .with("event_subscription_arn", subscription.text());
    let before = Some(message)
        .filter(|message| message.mentions("detail-type"))
        .and_then(|message| message.text())
        .and_then(|message| Some(eventbridge::in_body(&message)?.into_owned()));
    Some(InferredSpan {
        name: "aws.sns",
        span_type: "web",
        service: InferredService::of(topic.clone(), "lambda_sns", "sns"),
        resource: topic,
        start: timestamp.date(),
        end: None,
        tags: tags.into_vec(),
        is_sync: false,
        before: before.map(Box::new),
    })
}
