//! A received message, as Lambda passes it to a function.

use aws_sdk_sqs::types::Message;
use serde_json::{Map, Value, json};

use crate::local_aws::{LocalAws, REGION, arn, client};
use tests_support::within_limit;

impl LocalAws {
    /// The next message of a queue, with all its attributes.
    pub(crate) async fn receive(&self, queue: &str) -> Message {
        let sqs = client!(aws_sdk_sqs, self.url());
        let received = async {
            loop {
                let receive = sqs.receive_message().queue_url(queue);
                let receive = receive.message_attribute_names("All").wait_time_seconds(1);
                let receive = receive.message_system_attribute_names("All".into());
                let mut received = receive.send().await.unwrap().messages.unwrap_or_default();
                if let Some(message) = received.pop() {
                    return message;
                }
            }
        };
        within_limit("a message", received).await
    }
}

/// The event of a function that a queue invokes. The message has no attributes of its own.
pub(crate) fn queued(message: &Message, queue: &str) -> Value {
    assert!(message.message_attributes().is_none(), "{message:?}");
    let attributes: Map<String, Value> = message
        .attributes()
        .into_iter()
        .flatten()
        .map(|(name, value)| (name.to_string(), value.as_str().into()))
        .collect();
    json!({ "Records": [{
        "messageId": message.message_id(),
        "receiptHandle": message.receipt_handle(),
        "body": message.body(),
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": message.md5_of_body(),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn("sqs", queue),
        "awsRegion": REGION,
    }] })
}

/// The event of a function that SNS invokes, made from the envelope that SNS has sent to a queue.
pub(crate) fn notification(message: &Message) -> Value {
    let mut sns: Value = serde_json::from_str(message.body().unwrap()).unwrap();
    let members = sns.as_object_mut().unwrap();
    for (in_queue, in_event) in [
        ("SigningCertURL", "SigningCertUrl"),
        ("UnsubscribeURL", "UnsubscribeUrl"),
    ] {
        let value = members.remove(in_queue).unwrap();
        members.insert(in_event.to_owned(), value);
    }
    json!({ "Records": [{
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": arn("sns", "orders:059f36b4-87a3-44ab-83d2-661975830a7d"),
        "Sns": sns,
    }] })
}
