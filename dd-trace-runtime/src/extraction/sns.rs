//! SNS: the message attribute `_datadog`, or an EventBridge event as the message.

use super::attribute::Attribute;
use super::eventbridge;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::Reader;

/// The members of a notification that can have a trace context.
#[derive(Debug, Default)]
pub(super) struct Notification<'a> {
    attribute: Option<Attribute<'a>>,
    message: Option<Reader<'a>>,
}

impl<'a> Notification<'a> {
    /// The notification that comes next: `Sns` of a record, or the body of an SQS message that SNS sent.
    pub(super) fn read(json: &mut Reader<'a>) -> Self {
        let mut notification = Self::default();
        let Some(object) = json.object() else {
            return notification;
        };
        while let Some(name) = json.member(object) {
            match &*name {
                b"MessageAttributes" => notification.attribute = Attribute::among(json),
                b"Message" => notification.message = Some(json.clone()),
                _ => {}
            }
        }
        notification
    }

    pub(super) fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let in_attribute = self.attribute.and_then(|it| it.context(propagator));
        // EventBridge has no attributes of its own: its event is the message.
        in_attribute.or_else(|| eventbridge::context_in(&self.message?.string()?, propagator))
    }
}
