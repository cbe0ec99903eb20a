//! SQS: what SNS or EventBridge sent as the body, the message attribute `_datadog`, and the header that
//! Datadog's Java tracer plants.

use super::{attribute, eventbridge, sns, xray};
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context of a record, in the order of `extraction.md` 2.5, 2.7 and 2.8.
///
/// A body that is the user's own isn't looked into for a carrier, as no Datadog library does.
pub(super) fn context(record: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let [body, attributes, system] = record.members([b"body", b"messageAttributes", b"attributes"]);
    let in_attribute = || {
        let [carrier] = attributes?.members([b"_datadog"]);
        attribute::context(carrier?, propagator)
    };
    let in_header = || {
        let [mut header] = system?.members([b"AWSTraceHeader"]);
        xray::planted(&header.as_mut()?.string()?)
    };
    body.and_then(|body| forwarded(body, propagator))
        .or_else(in_attribute)
        .or_else(in_header)
}

/// What another service wrapped into the body.
fn forwarded(mut body: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let body = body.string()?;
    // Most bodies are the user's own: a search is cheaper than reading them.
    if !body.contains("_datadog") {
        return None;
    }
    let json = Reader::new(body.as_bytes());
    let [detail, kind, topic] = json.clone().members([b"detail", b"Type", b"TopicArn"]);
    if let Some(context) = detail.and_then(|detail| eventbridge::context(detail, propagator)) {
        return Some(context);
    }
    let is_notification = topic.is_some() && kind?.string()? == "Notification";
    is_notification.then(|| sns::context(json, propagator))?
}
