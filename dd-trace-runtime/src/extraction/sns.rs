//! SNS: the message attribute `_datadog`, or EventBridge's event as the message.

use super::{attribute, eventbridge};
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context of the notification that comes next: `Sns` of a record (`extraction.md` 2.6), or
/// the body of an SQS message that SNS has sent (2.7).
pub(super) fn context(
    notification: Reader<'_>,
    propagator: &DatadogPropagator,
) -> Option<TraceContext> {
    let [attributes, message] = notification.members([b"MessageAttributes", b"Message"]);
    let in_attribute = || {
        let [carrier] = attributes?.members([b"_datadog"]);
        attribute::context(carrier?, propagator)
    };
    // EventBridge has no attributes of its own: its event is the message (2.8).
    in_attribute().or_else(|| eventbridge::context_in(&message?.string()?, propagator))
}
