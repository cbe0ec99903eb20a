//! The spans of the steps before the function, inferred from its event.

use std::time::{Duration, SystemTime};

use lambda_runtime::Context as LambdaContext;
use opentelemetry::trace::{Link, SpanBuilder, SpanContext, SpanKind, TraceContextExt};
use opentelemetry::{Context, KeyValue};

use crate::conventions::OwnTags;
use crate::event::span_pointer::SpanPointer;
use crate::event::trigger::{Details, InferredSpan, Trigger};
use crate::handler::error_statuses::ErrorStatuses;
use crate::handler::outcome::Outcome;
use crate::telemetry::Telemetry;

/// When Lambda began, 13 November 2014, in seconds since 1970. No event is older: a time before it is in another
/// unit, such as the seconds that an emulator writes for milliseconds, and would make a span of 56 years. A true
/// time can be long ago: SQS keeps a message for 14 days, Kinesis a record for a year.
const FIRST_TIME: Duration = Duration::from_secs(1_415_836_800);

/// The last inferred span, below which the invocation's own span is.
#[derive(Debug, Clone)]
pub(crate) struct InferredSpans {
    context: Context,
    /// When it ended, unless a caller waits for the function.
    end: Option<SystemTime>,
}

impl InferredSpans {
    /// Starts the spans of `trigger`, each below the one before it, the first below `parent`.
    ///
    /// `now` is when the function was invoked. It replaces a time that is later or before Lambda existed, and a span
    /// ends no later than the next begins.
    pub(crate) fn start(
        telemetry: &Telemetry,
        (trigger, details): (&Trigger<'_>, &mut Details<'_>),
        lambda: &LambdaContext,
        parent: &Context,
        now: SystemTime,
    ) -> Option<Self> {
        if !telemetry.infers_spans() {
            return None;
        }
        let mut spans = in_order(details.inferred.take()?, now);
        let last = spans.pop()?;
        let mut context = parent.clone();
        let mut before = Vec::with_capacity(spans.len());
        for span in spans {
            let end = span.end;
            context = span.start(telemetry, lambda, None, Vec::new(), &context);
            before.push((context.clone(), end));
        }
        let end = (!last.span.is_sync).then_some(last.end);
        let links = pointer_links(telemetry, trigger);
        let context = last.start(telemetry, lambda, details.arn.as_deref(), links, &context);
        // Not earlier: Datadog's own tracer considers a trace without an open span finished, and forgets it.
        for (context, end) in before {
            context.span().end_with_timestamp(end);
        }
        Some(Self { context, end })
    }

    /// The OpenTelemetry context below which the invocation's span starts.
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    /// Ends the last span, at the `end` of the invocation and with its outcome if its caller waited for it.
    pub(crate) fn finish(self, outcome: &Outcome, errors: &ErrorStatuses, end: SystemTime) {
        let span = self.context.span();
        if let Some(before) = self.end {
            outcome.tell_status(&span);
            span.end_with_timestamp(before);
        } else {
            outcome.tell(&span, errors);
            span.end_with_timestamp(end);
        }
    }
}

/// A span whose times are settled.
struct Timed<'a> {
    span: InferredSpan<'a>,
    start: SystemTime,
    end: SystemTime,
}

/// The spans from the first to the last. Each ends no later than the next begins.
fn in_order(last: InferredSpan<'_>, now: SystemTime) -> Vec<Timed<'_>> {
    let mut spans = Vec::new();
    let mut next = Some(last);
    let mut limit = now;
    let is_possible = |time: &SystemTime| *time >= SystemTime::UNIX_EPOCH + FIRST_TIME;
    while let Some(mut span) = next {
        next = span.before.take().map(|before| *before);
        let end = span.end.filter(is_possible);
        let end = end.map_or(limit, |end| end.min(limit));
        let start = span.start.filter(is_possible);
        let start = start.map_or(end, |start| start.min(end));
        limit = start;
        spans.push(Timed { span, start, end });
    }
    spans.reverse();
    spans
}

impl Timed<'_> {
    /// Below `parent`; the last span names what sent the event, in `arn`.
    fn start(
        self,
        telemetry: &Telemetry,
        lambda: &LambdaContext,
        arn: Option<&str>,
        links: Vec<Link>,
        parent: &Context,
    ) -> Context {
        let mut builder = SpanBuilder::from_name(self.span.name)
            .with_kind(SpanKind::Server)
            .with_start_time(self.start);
        // `with_links` drops those that name no span.
        builder.links = Some(links);
        let tags = own_tags(self.span, telemetry, lambda, arn);
        parent.with_span(telemetry.tracer().start_own(builder, tags, parent))
    }
}

/// The tags of every inferred span and the span's own.
fn own_tags(
    span: InferredSpan<'_>,
    telemetry: &Telemetry,
    lambda: &LambdaContext,
    arn: Option<&str>,
) -> OwnTags {
    let service = telemetry.services().resolve(
        &span.service.specific,
        span.service.generic,
        &span.service.instance,
        &span.service.fallback,
    );
    let resource = span.resource.to_string();
    let mut tags = OwnTags::of(span.tags, span.name, resource, span.span_type);
    tags.service = Some(service.to_owned().into());
    tags.is_inferred = true;
    tags.tag("operation_name", span.name);
    tags.tag("resource_names", &span.resource);
    tags.tag("request_id", &lambda.request_id);
    tags.tag("_inferred_span.tag_source", "self");
    let is_sync = if span.is_sync { "sync" } else { "async" };
    tags.tag("_inferred_span.synchronicity", is_sync);
    if service != telemetry.services().own() {
        // Named here, and not by what the tracer was told.
        tags.tag("_dd.svc_src", "m");
    }
    if let Some(service) = telemetry.services().given() {
        tags.tag("peer.service", service);
        tags.tag("_dd.peer.service.source", "peer.service");
    }
    tags.tag_if("dd_resource_key", arn);
    tags
}

/// Links to the writers of the event's items. They are on the last inferred span, or on the invocation's own if there
/// is none.
pub(crate) fn pointer_links(telemetry: &Telemetry, trigger: &Trigger<'_>) -> Vec<Link> {
    if !telemetry.adds_span_pointers() {
        return Vec::new();
    }
    trigger.pointers().into_iter().map(link_up).collect()
}

/// A link to the writer of an object or item.
pub(crate) fn link_up(pointer: SpanPointer) -> Link {
    let attributes = pointer_attributes(pointer, "u");
    Link::new(SpanContext::empty_context(), attributes, 0)
}

/// The attributes of a link that points at something written or read and names no span: Datadog finds the span with
/// the same hash. The direction is `u`, up to the writer, or `d`, down to the readers.
pub(crate) fn pointer_attributes(pointer: SpanPointer, direction: &'static str) -> Vec<KeyValue> {
    vec![
        KeyValue::new("link.kind", "span-pointer"),
        KeyValue::new("ptr.kind", pointer.kind),
        KeyValue::new("ptr.dir", direction),
        KeyValue::new("ptr.hash", pointer.hash),
    ]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::raw::RawEvent;

    const HOUR: Duration = Duration::from_secs(60 * 60);
    /// The spans of a message that was sent at `sent`, start and end.
    fn times(sent: SystemTime, body: &str, now: SystemTime) -> Vec<(SystemTime, SystemTime)> {
        let sent = sent.duration_since(SystemTime::UNIX_EPOCH).unwrap();
        let event = json!({"Records": [{
            "messageId": "1",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
            "attributes": {"SentTimestamp": sent.as_millis().to_string()},
            "body": body,
        }]});
        let event = RawEvent::from(event.to_string());
        let details = Trigger::detect(&event)
            .unwrap()
            .details(&LambdaContext::default());
        let spans = in_order(details.inferred.unwrap(), now);
        spans.iter().map(|span| (span.start, span.end)).collect()
    }

    #[test]
    fn a_start_before_lambda_existed_or_after_the_invocation_is_replaced_by_the_invocation_s() {
        let now = SystemTime::UNIX_EPOCH + 500_000 * HOUR;
        let in_seconds =
            SystemTime::UNIX_EPOCH + now.duration_since(SystemTime::UNIX_EPOCH).unwrap() / 1_000;
        for (sent, start) in [
            (now - HOUR, now - HOUR),
            (now - 14 * 24 * HOUR, now - 14 * 24 * HOUR),
            (now - 365 * 24 * HOUR, now - 365 * 24 * HOUR),
            (in_seconds, now),
            (SystemTime::UNIX_EPOCH, now),
            (SystemTime::UNIX_EPOCH + FIRST_TIME - HOUR, now),
            (now + HOUR, now),
            (now + 100_000 * HOUR, now),
        ] {
            assert_eq!(times(sent, "{}", now), [(start, now)]);
        }
    }

    #[test]
    fn times_of_an_earlier_span_are_checked_like_those_of_the_last() {
        let now = SystemTime::UNIX_EPOCH + 500_000 * HOUR;
        let notification = json!({
            "Type": "Notification",
            "TopicArn": "arn:aws:sns:eu-west-1:123456789012:orders",
            "MessageId": "1",
            "Timestamp": "1970-01-01T00:00:00.000Z",
            "Message": "{}",
        });
        let sent = now - HOUR;
        let times = times(sent, &notification.to_string(), now);
        assert_eq!(times, [(sent, sent), (sent, now)]);
    }
}
