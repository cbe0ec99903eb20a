//! SQS: `SendMessage`, every entry of `SendMessageBatch`, and `ReceiveMessage`.
//!
//! The headers are the message attribute `_datadog` of type `String`, which every Datadog tracer writes and reads. A message
//! stays as it is if it has ten other attributes or would grow over 256 KiB or 1 MiB. So does a whole batch that
//! would. `ReceiveMessage` asks for the attribute, even without an active trace, and [`trace_context`] reads it.
//!
//! ```no_run
//! use aws_sdk_sqs::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_sqs::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let sqs = aws_sdk_sqs::Client::from_conf(config);
//! sqs.send_message().queue_url("https://..").message_body("order 7").send().await?;
//!
//! let received = sqs.receive_message().queue_url("https://..").send().await?;
//! for message in received.messages() {
//!     let producer = dd_trace_runtime::aws::sqs::trace_context(message);
//!     # drop(producer);
//! }
//! # Ok(())
//! # }
//! ```

mod operations;
mod received;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::iter;

use aws_sdk_sqs::config::Builder;
#[cfg(feature = "dsm")]
use aws_sdk_sqs::operation::receive_message::ReceiveMessageOutput;
use aws_sdk_sqs::operation::receive_message::{ReceiveMessageError, ReceiveMessageInput};
use aws_sdk_sqs::operation::send_message::{SendMessageError, SendMessageInput};
use aws_sdk_sqs::operation::send_message_batch::{SendMessageBatchError, SendMessageBatchInput};
use aws_sdk_sqs::types::MessageAttributeValue;
#[cfg(feature = "dsm")]
use aws_smithy_runtime_api::client::interceptors::context::Output;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;

pub use self::received::trace_context;
use super::interceptor::{Interceptor, Service};
use super::left_out::LeftOut;
use super::limits::Limit;
use super::message_attributes::{self, Attribute, Message};
use super::pathway::{self, Topic};
#[cfg(feature = "dsm")]
use super::receiving::Received;
use super::{DATADOG, DatadogTracing};
use crate::context::carrier::Carrier;

/// A message with its attributes, and a batch of them: 1 MiB by the SDK's documentation of `SendMessage` and
/// `SendMessageBatch`, and by botocore's model of 1.44; 256 KiB by that of 1.40, which a queue may still have
/// as its `MaximumMessageSize`.
const LIMIT: Limit = Limit(&[262_144, 1_048_576]);

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<Sqs>::new())
    }
}

#[derive(Debug)]
pub(super) struct Sqs;

impl Service for Sqs {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        if let Some(url) = operations::queue_url(input) {
            queue_tags(url, tags);
        } else if let Some(name) = operations::queue_name(input) {
            name_tags(name, tags);
        }
    }

    fn ask(input: &mut Input) {
        if let Some(input) = input.downcast_mut::<ReceiveMessageInput>() {
            let names = input.message_attribute_names.get_or_insert_default();
            if !names.iter().any(|name| covers_datadog(name)) {
                names.push(DATADOG.to_owned());
            }
        }
    }

    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        if let Some(input) = input.downcast_mut::<SendMessageInput>() {
            let size = || size(input.message_body(), input.message_attributes());
            let to = || queue(input.queue_url());
            let headers = pathway::add(headers()?, to, iter::once_with(size));
            return send(input, &headers);
        }
        let input = input.downcast_mut::<SendMessageBatchInput>()?;
        let entries = input.entries().iter();
        let sizes = entries.map(|it| size(Some(it.message_body()), it.message_attributes()));
        let headers = pathway::add(headers()?, || queue(input.queue_url()), sizes);
        send_batch(input, &headers)
    }

    #[cfg(feature = "dsm")]
    fn receives(input: &Input) -> Option<Topic<'_>> {
        let input = input.downcast_ref::<ReceiveMessageInput>()?;
        Some(queue(input.queue_url()))
    }

    #[cfg(feature = "dsm")]
    fn received(output: &Output, take: &mut dyn FnMut(Received)) {
        let output = output.downcast_ref::<ReceiveMessageOutput>();
        for message in output.into_iter().flat_map(ReceiveMessageOutput::messages) {
            take(Received {
                pathway: received::pathway(message),
                size: size(message.body(), message.message_attributes()),
            });
        }
    }

    fn error(error: &Error) -> Option<&ErrorMetadata> {
        None.or_else(|| Some(error.downcast_ref::<SendMessageError>()?.meta()))
            .or_else(|| Some(error.downcast_ref::<SendMessageBatchError>()?.meta()))
            .or_else(|| Some(error.downcast_ref::<ReceiveMessageError>()?.meta()))
    }
}

fn queue(url: Option<&str>) -> Topic<'_> {
    Topic::new("sqs", url.and_then(|url| url.rsplit('/').next()))
}

/// The bytes of a message.
fn size(body: Option<&str>, attributes: Option<&HashMap<String, MessageAttributeValue>>) -> usize {
    body.map_or(0, str::len) + message_attributes::size(attributes)
}

fn send(input: &mut SendMessageInput, carrier: &Carrier) -> Option<LeftOut> {
    let message = Message {
        size: input.message_body().map_or(0, str::len),
        attributes: &mut input.message_attributes,
    };
    message_attributes::inject([message].into_iter(), LIMIT, &carrier.to_json_string())
}

fn send_batch(input: &mut SendMessageBatchInput, carrier: &Carrier) -> Option<LeftOut> {
    let messages = input.entries.as_mut()?.iter_mut().map(|entry| Message {
        size: entry.message_body.len(),
        attributes: &mut entry.message_attributes,
    });
    message_attributes::inject(messages, LIMIT, &carrier.to_json_string())
}

/// Whether a name that `ReceiveMessage` asks for is the attribute's name or a pattern that fits it.
fn covers_datadog(name: &str) -> bool {
    match name.strip_suffix(".*") {
        Some(prefix) => DATADOG.starts_with(prefix),
        None => matches!(name, "All" | DATADOG),
    }
}

/// `https://sqs.eu-west-1.amazonaws.com/123456789012/orders`.
fn queue_tags(url: &str, tags: &mut Vec<KeyValue>) {
    let mut parts = url.rsplit('/');
    let (name, account) = (parts.next().unwrap_or_default(), parts.next());
    name_tags(name, tags);
    if let Some(account) = account.filter(|account| !account.is_empty()) {
        tags.push(KeyValue::new("aws_account", account.to_owned()));
    }
}

fn name_tags(name: &str, tags: &mut Vec<KeyValue>) {
    tags.push(KeyValue::new("aws.sqs.queue_name", name.to_owned()));
    tags.push(KeyValue::new("queuename", name.to_owned()));
}

impl Attribute for MessageAttributeValue {
    const TYPE: &'static str = "String";

    fn holding(json: &str) -> Option<Self> {
        let attribute = Self::builder().data_type(Self::TYPE);
        attribute.string_value(json).build().ok()
    }

    fn size(&self) -> usize {
        let string = self.string_value().map_or(0, str::len);
        let binary = self.binary_value().map_or(0, |blob| blob.as_ref().len());
        self.data_type().len() + string + binary
    }
}
