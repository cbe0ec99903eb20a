//! SNS: the message attribute `_datadog`, or an EventBridge event as the message.

use super::attribute::Attribute;
use super::eventbridge;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::trigger;
use crate::json::Reader;
use crate::json::word::DATADOG;

/// The members of a notification that can have a trace context.
#[derive(Debug, Default)]
pub(super) struct Notification<'a> {
    attribute: Option<Attribute<'a>>,
    /// As it stands in the event, escaped.
    message: Option<&'a [u8]>,
}

impl<'a> Notification<'a> {
    /// The notification that comes next: `Sns` of a record, or the body of an SQS message that SNS sent.
    ///
    /// Notes for detection where its members stand.
    pub(super) fn read(
        json: &mut Reader<'a>,
        mut seen: Option<&mut trigger::Notification<'a>>,
    ) -> Self {
        let mut notification = Self::default();
        let Some(object) = json.object() else {
            return notification;
        };
        while let Some(name) = json.member(object) {
            if let Some(seen) = &mut seen {
                seen.note(&name, json);
            }
            match &*name {
                b"MessageAttributes" => notification.attribute = Attribute::among(json),
                b"Message" => {
                    notification.message = json.raw_string();
                    if let Some((seen, message)) = seen.as_mut().zip(notification.message) {
                        seen.message = trigger::Field::whole(message);
                    }
                }
                _ => {}
            }
        }
        notification
    }

    pub(super) fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let in_attribute = self.attribute.and_then(|it| it.context(propagator));
        // EventBridge has no attributes of its own: its event is the message.
        in_attribute.or_else(|| {
            let message = self.message?;
            // Most messages are the user's own: a search is cheaper than unescaping and reading them.
            DATADOG.find(message)?;
            eventbridge::context_in(&Reader::new(message).string()?, propagator)
        })
    }
}
