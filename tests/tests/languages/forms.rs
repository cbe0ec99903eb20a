//! Events that carry one function's context to the next.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

/// The event of an invocation, and its client context.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) payload: Value,
    /// The member `custom` of the client context.
    pub(crate) client_context: Option<Value>,
}

impl From<Value> for Event {
    fn from(payload: Value) -> Self {
        Self {
            payload,
            client_context: None,
        }
    }
}

/// A place for a carrier that all three libraries read without an extractor.
pub(crate) type Form = (&'static str, fn(&Value) -> Event);

pub(crate) const ALL: [Form; 6] = [
    ("HTTP headers", headers),
    ("an SQS attribute", sqs),
    ("a binary SNS attribute", sns),
    ("the detail of EventBridge", eventbridge),
    ("the data of Kinesis", kinesis),
    ("the client context", client_context),
];

pub(crate) fn headers(carrier: &Value) -> Event {
    json!({ "headers": carrier, "body": "{}" }).into()
}

fn sqs(carrier: &Value) -> Event {
    let attribute = json!({ "dataType": "String", "stringValue": carrier.to_string() });
    json!({ "Records": [{
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
        "body": "{}",
        "attributes": { "SentTimestamp": "1700000000000" },
        "messageAttributes": { "_datadog": attribute },
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders",
    }] })
    .into()
}

fn sns(carrier: &Value) -> Event {
    let value = BASE64_STANDARD.encode(carrier.to_string());
    json!({ "Records": [{
        "EventSource": "aws:sns",
        "Sns": {
            "Message": "{}",
            "MessageAttributes": { "_datadog": { "Type": "Binary", "Value": value } },
            "MessageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "Timestamp": "2023-11-14T22:13:20.000Z",
            "TopicArn": "arn:aws:sns:us-east-1:123456789012:orders",
            "Type": "Notification",
        },
    }] })
    .into()
}

fn eventbridge(carrier: &Value) -> Event {
    json!({
        "detail-type": "OrderPlaced",
        "source": "shop",
        "time": "2023-11-14T22:13:20Z",
        "detail": { "orderId": "1", "_datadog": carrier },
    })
    .into()
}

fn kinesis(carrier: &Value) -> Event {
    let data = json!({ "orderId": "1", "_datadog": carrier });
    json!({ "Records": [{
        "eventID": "shardId-000000000000:4954",
        "eventName": "aws:kinesis:record",
        "eventSource": "aws:kinesis",
        "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
        "eventVersion": "1.0",
        "kinesis": {
            "approximateArrivalTimestamp": 1_700_000_000.0,
            "data": BASE64_STANDARD.encode(data.to_string()),
            "partitionKey": "1",
        },
    }] })
    .into()
}

fn client_context(carrier: &Value) -> Event {
    Event {
        payload: json!({ "orderId": "1" }),
        client_context: Some(carrier.clone()),
    }
}
