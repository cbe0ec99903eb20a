//! Events with a producer's trace context.

use serde_json::{Value, json};

/// A trace context as a producer sends it, in Datadog's and W3C's headers.
pub(crate) struct Producer {
    /// The lower half of the trace id; the upper one is [`HIGH`].
    pub(crate) trace_id: u64,
    pub(crate) priority: i8,
}

pub(crate) const PARENT_ID: u64 = 12;
pub(crate) const HIGH: u64 = 0x6553_b9c7_0000_0000;

impl Producer {
    pub(crate) fn headers(&self) -> Value {
        let Self { trace_id, priority } = self;
        let sampled = u8::from(*priority > 0);
        json!({
            "x-datadog-trace-id": trace_id.to_string(),
            "x-datadog-parent-id": PARENT_ID.to_string(),
            "x-datadog-sampling-priority": priority.to_string(),
            "x-datadog-origin": "synthetics-browser",
            "x-datadog-tags": format!("_dd.p.tid={HIGH:016x},_dd.p.dm=-4,_dd.p.team=a"),
            "traceparent": format!("00-{HIGH:016x}{trace_id:016x}-{PARENT_ID:016x}-0{sampled}"),
            "tracestate": format!("dd=s:{priority};o:synthetics-browser;t.dm:-4;t.team:a,other=1"),
            "baggage": "user.id=7",
        })
    }

    /// A minimal event, of which only the headers are read.
    pub(crate) fn event(&self) -> Value {
        json!({ "headers": self.headers() })
    }
}

pub(crate) const KEPT: Producer = Producer {
    trace_id: 11,
    priority: 2,
};

/// An event of an HTTP API.
pub(crate) fn http() -> Value {
    json!({
        "version": "2.0",
        "routeKey": "GET /orders",
        "rawPath": "/orders",
        "rawQueryString": "",
        "headers": KEPT.headers(),
        "requestContext": {
            "apiId": "abc",
            "domainName": "shop.example",
            "http": {
                "method": "GET",
                "path": "/orders",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "curl",
            },
            "routeKey": "GET /orders",
            "stage": "$default",
            "timeEpoch": 1_700_000_000_000_u64,
        },
        "isBase64Encoded": false,
    })
}

/// A topic's message in a queue. Two spans are inferred, and the first ends before the second begins.
pub(crate) fn topic_to_queue() -> Value {
    let message = json!({
        "Type": "Notification",
        "MessageId": "4be82f4a-69e6-5a1d-9c25-75f1b6d2c1c1",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:placed",
        "Message": "{}",
        "Timestamp": "2023-11-14T22:13:20.000Z",
        "MessageAttributes": {
            "_datadog": { "Type": "String", "Value": KEPT.headers().to_string() },
        },
    });
    json!({
        "Records": [{
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "receiptHandle": "AQEB",
            "body": message.to_string(),
            "attributes": {
                "ApproximateReceiveCount": "1",
                "SentTimestamp": "1700000000100",
                "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                "ApproximateFirstReceiveTimestamp": "1700000000110",
            },
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders",
            "awsRegion": "us-east-1",
        }],
    })
}
