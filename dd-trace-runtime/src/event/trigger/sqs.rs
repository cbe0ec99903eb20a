//! SQS queues, and what SNS or EventBridge put into them.

use std::borrow::Cow;

use super::arn::{last_part, part};
use super::event::Event;
use super::source::{Details, InferredService, InferredSpan, Source};
use super::{eventbridge, sns};
use crate::conventions::WrittenTags;
use crate::json::word::{DETAIL_TYPE, NOTIFICATION};

pub(super) const SOURCE: Source = Source {
    name: "sqs",
    matches: |event| event.record.is_of("aws:sqs"),
    details: |event, _| {
        Details::with_span(event.record.event_source_arn.text(), |arn| span(event, arn))
    },
    ..Source::NONE
};

fn span<'a>(event: &Event<'a>, arn: Cow<'a, str>) -> Option<InferredSpan<'a>> {
    let record = &event.record;
    let queue = part(&arn, |arn| Some(last_part(arn)))?;
    let [sent, sender, receives] =
        record
            .attributes
            .members([b"SentTimestamp", b"SenderId", b"ApproximateReceiveCount"]);
    let tags = WrittenTags::new()
        .with("queuename", Some(queue.clone()))
        .with("event_source_arn", Some(arn))
        .with("receipt_handle", record.receipt_handle.text())
        .with("sender_id", sender.text())
        .with("retry_count", receives.printed());
    Some(InferredSpan {
        name: "aws.sqs",
        span_type: "web",
        service: InferredService::of(queue.clone(), "lambda_sqs", "sqs"),
        resource: queue,
        start: sent.milliseconds(),
        end: None,
        tags,
        is_sync: false,
        before: before(event).map(Box::new),
    })
}

/// What the body says about the service that sent the message.
fn before(event: &Event<'_>) -> Option<InferredSpan<'static>> {
    let body = event.record.body;
    // Most bodies are the user's own: a search is cheaper than unescaping and reading them.
    if !body.mentions(&NOTIFICATION) && !body.mentions(&DETAIL_TYPE) {
        return None;
    }
    let body = body.text()?;
    let before = sns::in_body(&body).or_else(|| eventbridge::in_body(&body));
    before.map(InferredSpan::into_owned)
}
