//! The trace context of a message that was received.

use std::borrow::Cow;

use aws_sdk_sqs::types::{Message, MessageAttributeValue, MessageSystemAttributeName};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use memchr::memmem::find;
use serde::Serialize;

use crate::aws::DATADOG;
use crate::context::trace_context::TraceContext;
#[cfg(feature = "dsm")]
use crate::event::trigger::TriggerKind;
use crate::extraction::context_of_record;
use crate::telemetry::Telemetry;

/// The trace context of the producer of a message that `ReceiveMessage` returned.
///
/// It is read from the same places as in the event of a Lambda function: the attribute `_datadog`, the body of a message that
/// SNS or EventBridge sent, and `AWSTraceHeader` with the ids of Datadog's Java tracer, if the request asked for that
/// system attribute. `None` if there is none, and with `DD_TRACE_ENABLED=false`.
///
/// ```
/// use aws_sdk_sqs::types::{Message, MessageAttributeValue};
/// use dd_trace_runtime::aws::sqs::trace_context;
///
/// let carrier = r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}"#;
/// let attribute = MessageAttributeValue::builder().data_type("String").string_value(carrier).build()?;
/// let message = Message::builder().message_attributes("_datadog", attribute).build();
/// let producer = trace_context(&message).unwrap();
/// assert_eq!((producer.trace_id(), producer.parent_id()), (1, 2));
/// # Ok::<(), aws_sdk_sqs::error::BuildError>(())
/// ```
#[must_use]
pub fn trace_context(message: &Message) -> Option<TraceContext> {
    let telemetry = Telemetry::current();
    if !telemetry.enabled() {
        return None;
    }
    let record = serde_json::to_vec(&Record::of(message)).ok()?;
    context_of_record(&record, telemetry.propagator()).filter(TraceContext::is_usable)
}

/// The header of the message's pathway, in the same places.
#[cfg(feature = "dsm")]
pub(super) fn pathway(message: &Message) -> Option<String> {
    let record = serde_json::to_vec(&Record::of(message)).ok()?;
    crate::extraction::pathways::of_record(&record, TriggerKind::Sqs)?.pathway
}

/// The parts of the message that can hold a trace context, as Lambda writes them.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_attributes: Option<Attributes<'a>>,
    attributes: SystemAttributes<'a>,
}

#[derive(Debug, Serialize)]
struct Attributes<'a> {
    #[serde(rename = "_datadog")]
    datadog: Attribute<'a>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Attribute<'a> {
    data_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_value: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    binary_value: Option<String>,
}

#[derive(Debug, Serialize)]
struct SystemAttributes<'a> {
    #[serde(rename = "AWSTraceHeader", skip_serializing_if = "Option::is_none")]
    trace_header: Option<&'a str>,
}

impl<'a> Record<'a> {
    fn of(message: &'a Message) -> Self {
        let body = message.body().unwrap_or_default();
        let given = message.message_attributes();
        let datadog = given.and_then(|given| given.get(DATADOG));
        let system = message.attributes();
        Self {
            // A search is cheaper than a copy of a body without a context.
            body: find(body.as_bytes(), DATADOG.as_bytes()).map_or("", |_| body),
            message_attributes: datadog.map(|datadog| Attributes {
                datadog: Attribute::of(datadog),
            }),
            attributes: SystemAttributes {
                trace_header: system
                    .and_then(|system| system.get(&MessageSystemAttributeName::AwsTraceHeader))
                    .map(String::as_str),
            },
        }
    }
}

impl<'a> Attribute<'a> {
    fn of(attribute: &'a MessageAttributeValue) -> Self {
        let binary = attribute.binary_value();
        Self {
            data_type: attribute.data_type(),
            string_value: attribute.string_value().map(Cow::Borrowed),
            binary_value: binary.map(|binary| STANDARD.encode(binary.as_ref())),
        }
    }
}
