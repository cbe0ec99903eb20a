//! Calls whose requests are the same as without tracing.

use aws_sdk_kinesis::primitives::Blob;
use serde_json::json;

use crate::wire::{Request, Wire};
use crate::{call, client, invocation, run};

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";

async fn send(sqs: aws_sdk_sqs::Client) {
    let send = sqs.send_message().queue_url(QUEUE).message_body("order");
    send.send().await.unwrap();
}

#[tokio::test]
async fn without_an_active_trace_the_request_is_untouched() {
    let wire = Wire::answering("{}").await;
    send(client!(aws_sdk_sqs, wire)).await;
    let sent = wire.request().json();
    assert_eq!(sent, json!({"QueueUrl": QUEUE, "MessageBody": "order"}));
}

#[tokio::test]
async fn with_tracing_switched_off_the_request_is_untouched() {
    let wire = Wire::answering("{}").await;
    let sqs = client!(aws_sdk_sqs, wire);
    let off = invocation().env("DD_TRACE_ENABLED", "false");
    let outcome = run(off, async move {
        send(sqs.clone()).await;
        let receive = sqs.receive_message().queue_url(QUEUE);
        receive.send().await.unwrap();
    })
    .await;
    assert!(outcome.spans().is_empty());
    let sent: Vec<_> = wire.requests().iter().map(Request::json).collect();
    assert_eq!(
        sent,
        [
            json!({"QueueUrl": QUEUE, "MessageBody": "order"}),
            json!({"QueueUrl": QUEUE})
        ]
    );
}

#[tokio::test]
async fn without_a_style_to_inject_there_is_a_span_and_the_request_is_untouched() {
    let wire = Wire::answering("{}").await;
    let none = invocation().env("DD_TRACE_PROPAGATION_STYLE_INJECT", "none");
    let outcome = run(none, send(client!(aws_sdk_sqs, wire))).await;
    assert_eq!(outcome.span("sqs.request").resource, "SQS.SendMessage");
    let sent = wire.request().json();
    assert_eq!(sent, json!({"QueueUrl": QUEUE, "MessageBody": "order"}));
}

#[tokio::test]
async fn a_record_that_isn_t_json_is_sent_byte_for_byte() {
    let wire = Wire::answering(r#"{"ShardId":"0","SequenceNumber":"1"}"#).await;
    let kinesis = client!(aws_sdk_kinesis, wire);
    let _ = call(async move {
        let put = kinesis
            .put_record()
            .stream_name("orders")
            .partition_key("a");
        put.data(Blob::new(b"\xff\x00{}")).send().await.unwrap();
    })
    .await;
    assert_eq!(wire.request().json()["Data"], "/wB7fQ==");
}
