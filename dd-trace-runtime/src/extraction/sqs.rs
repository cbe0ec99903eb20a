//! SQS: what SNS or EventBridge sent as the body, the message attribute `_datadog`, and the header that
//! Datadog's Java tracer plants.

use super::attribute::Attribute;
use super::batch::MAX_RECORDS;
use super::sns::Notification;
use super::{eventbridge, xray};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::word::{DATADOG, X_RAY_HEADER};
use crate::json::{Place, Reader};

/// The members of a record that can have a trace context.
#[derive(Debug, Default)]
pub(super) struct Message<'a> {
    /// As it stands in the event, escaped.
    pub(super) body: Option<&'a [u8]>,
    pub(super) attribute: Option<Attribute<'a>>,
    /// What SQS says about the message.
    pub(super) system: Option<Place<'a>>,
}

impl<'a> Message<'a> {
    /// Notes the member `name` of a record, whose value comes next.
    pub(super) fn note(&mut self, name: &[u8], json: &mut Reader<'a>) {
        match name {
            b"body" => self.body = json.raw_bytes(),
            b"messageAttributes" => self.attribute = Attribute::among(json),
            b"attributes" => self.system = Some(json.place()),
            _ => {}
        }
    }

    /// The trace context, in the order of the table in `guide::sources`.
    ///
    /// A body of the user's own isn't searched for a carrier: no Datadog library does that.
    pub(super) fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let in_attribute = || self.attribute?.context(propagator);
        let in_header = || {
            let [mut header] = self.system?.reader().members([b"AWSTraceHeader"]);
            xray::planted(&header.as_mut()?.string()?)
        };
        self.body
            .and_then(|body| forwarded(body, propagator))
            .or_else(in_attribute)
            .or_else(in_header)
    }
}

/// The attributes `_datadog` of the messages ahead, without reading the messages: the names of attributes are the only
/// names in a message that aren't SQS's own.
///
/// `None` if a message may have its trace context elsewhere. Then the messages have to be read.
pub(super) fn attributes_ahead<'a>(json: &Reader<'a>) -> Option<Vec<Reader<'a>>> {
    if json.mentions_ahead(&X_RAY_HEADER) {
        return None;
    }
    json.members_ahead(&DATADOG, MAX_RECORDS)
}

/// The body, if another service wrapped its message in it.
fn forwarded(body: &[u8], propagator: &DatadogPropagator) -> Option<TraceContext> {
    // Most bodies are the user's own: a search is cheaper than unescaping and reading them.
    DATADOG.find(body)?;
    let body = Reader::new(body).string()?;
    let json = Reader::new(body.as_bytes());
    let [detail, kind, topic] = json.clone().members([b"detail", b"Type", b"TopicArn"]);
    let carrier = detail.and_then(|mut detail| eventbridge::carrier(&mut detail));
    if let Some(context) = carrier.and_then(|carrier| eventbridge::context(carrier, propagator)) {
        return Some(context);
    }
    let is_notification = topic.is_some() && kind?.string()? == "Notification";
    is_notification.then(|| Notification::read(&mut json.clone(), None).context(propagator))?
}
