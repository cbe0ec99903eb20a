//! SNS: `Publish`, and every entry of `PublishBatch`.
//!
//! The headers are the message attribute `_datadog` of type `Binary`. JSON in an attribute of type `String` silently breaks
//! the filter policies of subscriptions. A message stays as it is if it has ten other attributes or would grow over
//! 256 KiB or 1 MiB. So does a whole batch that would.
//!
//! ```no_run
//! use aws_sdk_sns::config::{BehaviorVersion, Builder};
//! use dd_trace_runtime::aws::DatadogTracing;
//!
//! # async fn example() -> Result<(), aws_sdk_sns::Error> {
//! // With the crate `aws-config`: `Builder::from(&aws_config::load_from_env().await)`.
//! let config = Builder::new().behavior_version(BehaviorVersion::latest()).datadog_tracing().build();
//! let sns = aws_sdk_sns::Client::from_conf(config);
//! sns.publish().topic_arn("arn:aws:sns:..").message("order 7").send().await?;
//! # Ok(())
//! # }
//! ```

mod operations;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::iter;

use aws_sdk_sns::config::Builder;
use aws_sdk_sns::operation::publish::{PublishError, PublishInput};
use aws_sdk_sns::operation::publish_batch::{PublishBatchError, PublishBatchInput};
use aws_sdk_sns::types::MessageAttributeValue;
use aws_smithy_runtime_api::client::interceptors::context::{Error, Input};
use aws_smithy_types::Blob;
use aws_smithy_types::error::ErrorMetadata;
use opentelemetry::KeyValue;

use super::DatadogTracing;
use super::interceptor::{Interceptor, Service};
use super::left_out::LeftOut;
use super::limits::Limit;
use super::message_attributes::{self, Attribute, Message};
use super::pathway::{self, Topic};
use crate::context::carrier::Carrier;

/// A message with its attributes, and a batch of them: 256 KiB by the SDK's documentation of `Publish` and
/// `PublishBatch`, and up to 1 MiB as the topic's `MaximumMessageSize` by botocore's model of 1.44.
const LIMIT: Limit = Limit(&[262_144, 1_048_576]);

impl DatadogTracing for Builder {
    fn datadog_tracing(self) -> Self {
        self.interceptor(Interceptor::<Sns>::new())
    }
}

#[derive(Debug)]
struct Sns;

impl Service for Sns {
    fn tags(input: &Input, tags: &mut Vec<KeyValue>) {
        let target = || input.downcast_ref::<PublishInput>()?.target_arn();
        let topic = operations::topic_arn(input).or_else(target);
        if let Some(topic) = topic {
            topic_tags(topic, tags);
        }
    }

    fn inject(input: &mut Input, headers: &dyn Fn() -> Option<Carrier>) -> Option<LeftOut> {
        if let Some(input) = input.downcast_mut::<PublishInput>() {
            let size = || size(input.message(), input.subject(), input.message_attributes());
            let to = || Topic::new("sns", input.topic_arn());
            let headers = pathway::add(headers()?, to, iter::once_with(size));
            return publish(input, &headers);
        }
        let input = input.downcast_mut::<PublishBatchInput>()?;
        let entries = input.publish_batch_request_entries().iter();
        let sizes =
            entries.map(|it| size(Some(it.message()), it.subject(), it.message_attributes()));
        let to = || Topic::new("sns", input.topic_arn());
        let headers = pathway::add(headers()?, to, sizes);
        publish_batch(input, &headers)
    }

    fn error(error: &Error) -> Option<&ErrorMetadata> {
        None.or_else(|| Some(error.downcast_ref::<PublishError>()?.meta()))
            .or_else(|| Some(error.downcast_ref::<PublishBatchError>()?.meta()))
    }
}

/// The bytes of a message.
fn size(
    message: Option<&str>,
    subject: Option<&str>,
    attributes: Option<&HashMap<String, MessageAttributeValue>>,
) -> usize {
    let texts = [message, subject].into_iter().flatten().map(str::len);
    texts.sum::<usize>() + message_attributes::size(attributes)
}

fn publish(input: &mut PublishInput, carrier: &Carrier) -> Option<LeftOut> {
    let size = input.message().map_or(0, str::len) + input.subject().map_or(0, str::len);
    let message = Message {
        size,
        attributes: &mut input.message_attributes,
    };
    message_attributes::inject([message].into_iter(), LIMIT, &carrier.to_json_string())
}

fn publish_batch(input: &mut PublishBatchInput, carrier: &Carrier) -> Option<LeftOut> {
    let entries = input.publish_batch_request_entries.as_mut()?.iter_mut();
    let messages = entries.map(|entry| Message {
        size: entry.message.len() + entry.subject.as_ref().map_or(0, String::len),
        attributes: &mut entry.message_attributes,
    });
    message_attributes::inject(messages, LIMIT, &carrier.to_json_string())
}

/// `arn:aws:sns:eu-west-1:123456789012:orders`, or the ARN of an endpoint.
fn topic_tags(arn: &str, tags: &mut Vec<KeyValue>) {
    let mut parts = arn.rsplit(':');
    let (name, account) = (parts.next().unwrap_or_default(), parts.next());
    tags.push(KeyValue::new("aws.sns.topic_arn", arn.to_owned()));
    tags.push(KeyValue::new("topicname", name.to_owned()));
    if let Some(account) = account {
        tags.push(KeyValue::new("aws_account", account.to_owned()));
    }
}

impl Attribute for MessageAttributeValue {
    const TYPE: &'static str = "Binary";

    fn holding(json: &str) -> Option<Self> {
        let attribute = Self::builder().data_type(Self::TYPE);
        attribute.binary_value(Blob::new(json)).build().ok()
    }

    fn size(&self) -> usize {
        let string = self.string_value().map_or(0, str::len);
        let binary = self.binary_value().map_or(0, |blob| blob.as_ref().len());
        self.data_type().len() + string + binary
    }
}
