//! The events, and the types that an application gives them.

use std::collections::HashMap;

use dd_trace_runtime::RawEvent;
use serde::Deserialize;
use serde_json::{Value, json};

/// What one Datadog tracer writes.
pub(crate) fn headers() -> Value {
    json!({
        "x-datadog-trace-id": "5522590480211540439",
        "x-datadog-parent-id": "6746941897350099464",
        "x-datadog-sampling-priority": "1",
        "x-datadog-tags": "_dd.p.tid=66f0a1b200000000,_dd.p.dm=-1",
        "traceparent": "00-66f0a1b2000000004ca4287a3b1109d7-5da1f3e8a7c0b208-01",
        "tracestate": "dd=s:1;p:5da1f3e8a7c0b208;t.dm:-1",
    })
}

/// An order of about `bytes`, in items of which the application reads three members out of six.
fn order(bytes: usize) -> Value {
    let item = json!({
        "sku": "SKU-0000001", "qty": 2, "price": 1.25, "name": "widget \"large\" blue",
        "tags": ["a", "b"], "stock": null
    });
    let items = vec![item; bytes / 115];
    json!({"reference": "ord-000001", "amount": 129.95, "items": items})
}

/// A payload with `_datadog` as its last member, where it is found last.
pub(crate) fn plain(bytes: usize) -> RawEvent {
    let order = order(bytes).to_string();
    let open = order.strip_suffix('}').unwrap();
    RawEvent::from(format!("{open},\"_datadog\":{}}}", headers()))
}

/// An HTTP API request, version 2.0.
pub(crate) fn http() -> RawEvent {
    let mut all = json!({
        "accept": "*/*", "content-type": "application/json", "user-agent": "curl/8.5.0",
        "host": "abc123.execute-api.us-east-1.amazonaws.com", "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443", "x-forwarded-proto": "https",
        "x-amzn-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700"
    });
    let (Value::Object(all), Value::Object(ours)) = (&mut all, headers()) else {
        unreachable!("both are objects");
    };
    all.extend(ours);
    let event = json!({
        "version": "2.0", "routeKey": "POST /orders", "rawPath": "/orders", "headers": all,
        "requestContext": {"accountId": "123456789012", "stage": "$default"},
        "body": order(400).to_string(), "isBase64Encoded": false
    });
    RawEvent::from_serialize(&event).unwrap()
}

/// A batch of messages with an order of 300 bytes each.
pub(crate) fn sqs(messages: usize) -> RawEvent {
    let message = json!({
        "messageId": "19dd0b57-b21e-4ac1-bd88-000000000000",
        "body": order(300).to_string(),
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1710047783123"},
        "messageAttributes": {"_datadog": {
            "stringValue": headers().to_string(), "dataType": "String",
            "stringListValues": [], "binaryListValues": []
        }},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders"
    });
    RawEvent::from_serialize(&json!({"Records": vec![message; messages]})).unwrap()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    pub(crate) amount: f64,
    #[allow(dead_code, reason = "read as an application would")]
    reference: String,
    pub(crate) items: Vec<Item>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    #[allow(dead_code, reason = "read as an application would")]
    sku: String,
    pub(crate) qty: u32,
    pub(crate) price: f64,
}

#[derive(Debug, Deserialize)]
#[allow(dead_code, reason = "read as an application would")]
pub(crate) struct Http {
    headers: HashMap<String, String>,
    body: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Sqs {
    #[serde(rename = "Records")]
    #[allow(dead_code, reason = "read as an application would")]
    records: Vec<Message>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "read as an application would")]
struct Message {
    message_id: String,
    body: String,
}
