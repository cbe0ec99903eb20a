//! SQS.

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use dd_trace_runtime::aws::sqs::trace_context;
use serde_json::{Value, json};

use crate::wire::Wire;
use crate::{assert_headers_of, call, client, parent_in};

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";

fn headers(message: &Value) -> Value {
    let attribute = &message["MessageAttributes"]["_datadog"];
    assert_eq!(attribute["DataType"], "String");
    serde_json::from_str(attribute["StringValue"].as_str().unwrap()).unwrap()
}

/// The message as Lambda passes it to a function.
fn event(message: &Value) -> Value {
    let attribute = &message["MessageAttributes"]["_datadog"];
    json!({"Records": [{
        "messageId": "1",
        "body": message["MessageBody"],
        "attributes": {"SentTimestamp": "1700000000000"},
        "messageAttributes": {"_datadog": {
            "dataType": attribute["DataType"],
            "stringValue": attribute["StringValue"],
            "stringListValues": [],
            "binaryListValues": [],
        }},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
    }]})
}

#[tokio::test]
async fn a_message_carries_its_span_to_the_consumer() {
    let wire = Wire::answering(r#"{"MessageId":"1"}"#).await;
    let sqs = client!(aws_sdk_sqs, wire);
    let outcome = call(async move {
        let send = sqs.send_message().queue_url(QUEUE).message_body("order 7");
        send.send().await.unwrap();
    })
    .await;
    let mut sent = wire.request().json();
    let span = outcome.span("sqs.request");
    assert_headers_of(&headers(&sent), span);
    assert_eq!(parent_in(&event(&sent)).await, Some(span.trace_context()));
    sent.as_object_mut().unwrap().remove("MessageAttributes");
    assert_eq!(sent, json!({"QueueUrl": QUEUE, "MessageBody": "order 7"}));
}

#[tokio::test]
async fn every_message_of_a_batch_carries_the_span() {
    let wire = Wire::answering(r#"{"Successful":[],"Failed":[]}"#).await;
    let sqs = client!(aws_sdk_sqs, wire);
    let outcome = call(async move {
        let entries = ["1", "2", "3"].map(|id| {
            let entry = SendMessageBatchRequestEntry::builder().id(id);
            entry.message_body(format!("order {id}")).build().unwrap()
        });
        let send = sqs.send_message_batch().queue_url(QUEUE);
        let send = send.set_entries(Some(entries.into()));
        send.send().await.unwrap();
    })
    .await;
    let sent = wire.request().json();
    let entries = sent["Entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    for entry in entries {
        assert_headers_of(&headers(entry), outcome.span("sqs.request"));
    }
}

#[tokio::test]
async fn a_receiver_gets_the_context_of_the_producer() {
    let received = r#"{"Messages":[{"MessageId":"1","Body":"order 7","MessageAttributes":{"_datadog":{
        "DataType":"String","StringValue":"{\"x-datadog-trace-id\":\"1\",\"x-datadog-parent-id\":\"2\"}"}}}]}"#;
    let wire = Wire::answering(received).await;
    let sqs = client!(aws_sdk_sqs, wire);
    // A poll without a trace still asks for the context of the messages.
    let receive = sqs.receive_message().queue_url(QUEUE);
    let receive = receive.message_attribute_names("tenant");
    let received = receive.send().await.unwrap();
    let producer = trace_context(&received.messages()[0]).unwrap();
    assert_eq!((producer.trace_id(), producer.parent_id()), (1, 2));
    let asked = wire.request().json();
    assert_eq!(
        asked["MessageAttributeNames"],
        json!(["tenant", "_datadog"])
    );
}
