//! Messages without room for the headers are sent untouched, with one log line per call.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_sqs::types::{MessageAttributeValue, SendMessageBatchRequestEntry};
use serde_json::Value;

use crate::log::Log;
use crate::wire::Wire;
use crate::{call, client};

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";

/// The request of one call, and the log lines about it.
async fn sent(
    wire: &Wire,
    sends: impl Future<Output = ()> + Send + 'static,
) -> (Value, Vec<String>) {
    let log = Log::capture();
    let outcome = call(sends).await;
    assert_eq!(outcome.spans().len(), 2, "{}", outcome.tree());
    (wire.request().json(), log.lines())
}

fn entry(id: usize, body: String) -> SendMessageBatchRequestEntry {
    let entry = SendMessageBatchRequestEntry::builder().id(id.to_string());
    entry.message_body(body).build().unwrap()
}

/// Sends messages to SQS in one request.
async fn send_batch(entries: Vec<SendMessageBatchRequestEntry>) -> (Value, Vec<String>) {
    let wire = Wire::answering(r#"{"Successful":[],"Failed":[]}"#).await;
    let sqs = client!(aws_sdk_sqs, wire);
    let (sent, lines) = sent(&wire, async move {
        let send = sqs.send_message_batch().queue_url(QUEUE);
        send.set_entries(Some(entries)).send().await.unwrap();
    })
    .await;
    (sent["Entries"].clone(), lines)
}

#[tokio::test]
async fn messages_with_ten_attributes_have_no_room() {
    let mut entries: Vec<_> = (0..3).map(|id| entry(id, "order".to_owned())).collect();
    for entry in entries.iter_mut().take(2) {
        let attribute = MessageAttributeValue::builder().data_type("String");
        let attribute = attribute.string_value("x").build().unwrap();
        let ten = (0..10).map(|at| (format!("a{at}"), attribute.clone()));
        entry.message_attributes = Some(ten.collect());
    }
    let (sent, lines) = send_batch(entries).await;
    assert_eq!(
        lines,
        [
            "WARN 2 of 3 entries of SQS.SendMessageBatch went out without their trace context: \
            a message has ten attributes at most, and had them already; leave one to `_datadog`"
        ]
    );
    assert_eq!(sent[0]["MessageAttributes"].as_object().unwrap().len(), 10);
    assert!(sent[1]["MessageAttributes"].get("_datadog").is_none());
    assert!(sent[2]["MessageAttributes"].get("_datadog").is_some());
}

#[tokio::test]
async fn an_entry_that_would_be_too_large_has_no_room() {
    let wire = Wire::answering(r#"{"MessageId":"1"}"#).await;
    let sqs = client!(aws_sdk_sqs, wire);
    let (sent, lines) = sent(&wire, async move {
        let send = sqs.send_message().queue_url(QUEUE);
        send.message_body("x".repeat(262_144)).send().await.unwrap();
    })
    .await;
    assert_eq!(
        lines,
        ["WARN SQS.SendMessage went out without its trace context: \
            an entry would be larger than the service accepts; send less in it"]
    );
    assert!(sent.get("MessageAttributes").is_none());
}

#[tokio::test]
async fn a_request_that_would_be_too_large_has_no_room() {
    let half = || "x".repeat(131_072);
    let (sent, lines) = send_batch(vec![entry(0, half()), entry(1, half())]).await;
    assert_eq!(
        lines,
        [
            "WARN 2 of 2 entries of SQS.SendMessageBatch went out without their trace context: \
            the request would be larger than the service accepts; send less in it"
        ]
    );
    assert!(
        sent[0].get("MessageAttributes").is_none() && sent[1].get("MessageAttributes").is_none()
    );
}

#[tokio::test]
async fn data_that_isn_t_json_has_no_room() {
    let wire = Wire::answering(r#"{"ShardId":"0","SequenceNumber":"1"}"#).await;
    let kinesis = client!(aws_sdk_kinesis, wire);
    let (sent, lines) = sent(&wire, async move {
        let put = kinesis
            .put_record()
            .stream_name("orders")
            .partition_key("a");
        put.data(Blob::new("{a}")).send().await.unwrap();
    })
    .await;
    assert_eq!(
        lines,
        [
            "DEBUG Kinesis.PutRecord went out without its trace context: \
            what is to carry it is no JSON object; write one"
        ]
    );
    assert_eq!(sent["Data"], "e2F9");
}

#[tokio::test]
async fn a_detail_that_eventbridge_will_refuse_has_no_room() {
    let wire = Wire::answering(r#"{"FailedEntryCount":1,"Entries":[]}"#).await;
    let events = client!(aws_sdk_eventbridge, wire);
    let (sent, lines) = sent(&wire, async move {
        let entry = PutEventsRequestEntry::builder().source("shop").detail("[]");
        events
            .put_events()
            .entries(entry.build())
            .send()
            .await
            .unwrap();
    })
    .await;
    assert_eq!(
        lines,
        [
            "DEBUG EventBridge.PutEvents went out without its trace context: \
            what is to carry it is no JSON object; write one"
        ]
    );
    assert_eq!(sent["Entries"][0]["Detail"], "[]");
}

#[tokio::test]
async fn nothing_is_logged_if_there_is_room() {
    let (_, lines) = send_batch(vec![entry(0, "order".to_owned())]).await;
    assert!(lines.is_empty(), "{lines:?}");
}
