//! SNS topics, to a function or through a queue.

use std::borrow::Cow;

use super::arn::{last_part, part};
use super::event::Notification;
use super::eventbridge;
use super::fields::Field;
use super::source::{Details, InferredService, InferredSpan, Source};
use crate::conventions::WrittenTags;
use crate::json::Reader;
use crate::json::word::DETAIL_TYPE;

pub(super) const SOURCE: Source = Source {
    name: "sns",
    matches: |event| {
        event
            .record
            .sns_event_source
            .text()
            .is_some_and(|source| source == "aws:sns")
    },
    details: |event, _| {
        let record = &event.record;
        let notification = record.sns.as_ref();
        let span = notification.and_then(|it| span(it, &record.event_subscription_arn));
        match span {
            Some((arn, span)) => Details {
                inferred: Some(span),
                ..Details::of_arn(Some(arn))
            },
            None => Details::NONE,
        }
    },
    ..Source::NONE
};

/// The notification that is the body of an SQS message.
pub(super) fn in_body(body: &str) -> Option<InferredSpan<'_>> {
    let notification = Notification::read(&mut Reader::new(body.as_bytes()));
    let kind = notification.kind.text();
    let is_notification = kind.is_some_and(|kind| kind == "Notification");
    let span = is_notification.then(|| span(&notification, &Field::default()))?;
    span.map(|(_, span)| span)
}

/// The span, and the ARN of the topic.
fn span<'a>(
    notification: &Notification<'a>,
    subscription: &Field<'a>,
) -> Option<(Cow<'a, str>, InferredSpan<'a>)> {
    let arn = notification.topic_arn.text()?;
    let topic = part(&arn, |arn| Some(last_part(arn)))?;
    let tags = WrittenTags::new()
        .with("topicname", Some(topic.clone()))
        .with("topic_arn", Some(arn.clone()))
        .with("message_id", notification.message_id.text())
        .with("type", notification.kind.text())
        .with("subject", notification.subject.text())
        .with("event_subscription_arn", subscription.text());
    let before = Some(notification.message)
        .filter(|message| message.mentions(&DETAIL_TYPE))
        .and_then(|message| message.text())
        .and_then(|message| Some(eventbridge::in_body(&message)?.into_owned()));
    let span = InferredSpan {
        name: "aws.sns",
        span_type: "web",
        service: InferredService::of(topic.clone(), "lambda_sns", "sns"),
        resource: topic,
        start: notification.timestamp.date(),
        end: None,
        tags,
        is_sync: false,
        before: before.map(Box::new),
    };
    Some((arn, span))
}
