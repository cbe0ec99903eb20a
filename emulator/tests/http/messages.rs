//! The queue and the state machine over real HTTP.

use crate::client::{Client, request, soon};
use bytes::Bytes;
use emulator::{Message, Queue, StateMachine};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

fn record(event: &Bytes) -> Value {
    let event: Value = serde_json::from_slice(event).unwrap();
    assert_eq!(event.as_object().unwrap().len(), 1);
    event["Records"][0].clone()
}

#[tokio::test]
async fn a_message_becomes_the_event_that_lambda_makes_of_it() {
    let queue = Queue::start("orders").await.unwrap();
    let mut producer = Client::connect(queue.url()).await;
    let body = "{\"a\": \"quoted \\\" and ünï\"}\n";
    let answer = producer.post("/", body).await.unwrap();
    assert_eq!(answer.status, StatusCode::OK);
    let message = soon(queue.next()).await;
    assert_eq!(message.body(), body);

    let mut record = record(&Message::event(&[message]));
    assert_eq!(record["messageId"], answer.json()["MessageId"]);
    assert_eq!(record["md5OfBody"], answer.json()["MD5OfMessageBody"]);
    for stamp in ["SentTimestamp", "ApproximateFirstReceiveTimestamp"] {
        let value = record["attributes"]
            .as_object_mut()
            .unwrap()
            .remove(stamp)
            .unwrap();
        assert_eq!(value.as_str().unwrap().len(), 13, "milliseconds as text");
    }
    let expected = json!({
        "messageId": record["messageId"],
        "receiptHandle": record["receiptHandle"],
        "body": body,
        "attributes": { "ApproximateReceiveCount": "1", "SenderId": "AIDAIENQZJOLO23YVJ4VO" },
        "messageAttributes": {},
        "md5OfBody": record["md5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders",
        "awsRegion": "us-east-1",
    });
    assert_eq!(record, expected);
}

#[tokio::test]
async fn the_digest_is_md5() {
    let queue = Queue::start("orders").await.unwrap();
    let mut producer = Client::connect(queue.url()).await;
    let answer = producer.post("/", "This is a test message").await.unwrap();
    assert_eq!(
        answer.json()["MD5OfMessageBody"],
        "fafb00f5732ab283681e124bf8747ed1"
    );
}

#[tokio::test]
async fn attributes_are_those_of_the_header_in_the_spelling_of_the_event() {
    let queue = Queue::start("orders").await.unwrap();
    let mut producer = Client::connect(queue.url()).await;
    let mut post = request(Method::POST, "/", "x");
    let attributes = r#"{"_datadog":{"DataType":"String","StringValue":"{}"},"b":{"DataType":"Binary","BinaryValue":"AAE="}}"#;
    post.headers_mut()
        .insert("x-message-attributes", attributes.parse().unwrap());
    post.headers_mut()
        .insert("x-amzn-trace-id", "Root=1-2-3".parse().unwrap());
    producer.send(post).await.unwrap();
    let record = record(&Message::event(&[soon(queue.next()).await]));
    let expected = json!({
        "_datadog": { "dataType": "String", "stringValue": "{}", "stringListValues": [], "binaryListValues": [] },
        "b": { "dataType": "Binary", "binaryValue": "AAE=", "stringListValues": [], "binaryListValues": [] },
    });
    assert_eq!(record["messageAttributes"], expected);
    assert_eq!(record["attributes"]["AWSTraceHeader"], "Root=1-2-3");
}

#[tokio::test]
async fn a_batch_keeps_the_order_of_its_messages() {
    let queue = Queue::start("orders").await.unwrap();
    let mut producer = Client::connect(queue.url()).await;
    for body in ["1", "2"] {
        producer.post("/", body).await.unwrap();
    }
    assert_eq!(queue.waiting(), 2);
    let batch = [soon(queue.next()).await, soon(queue.next()).await];
    assert_eq!(queue.waiting(), 0);
    let event: Value = serde_json::from_slice(&Message::event(&batch)).unwrap();
    let bodies: Vec<&Value> = event["Records"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| &record["body"])
        .collect();
    assert_eq!(bodies, ["1", "2"]);
}

#[tokio::test]
async fn what_a_queue_cannot_carry_is_refused() {
    let queue = Queue::start("orders").await.unwrap();
    let mut producer = Client::connect(queue.url()).await;
    for body in [&b"\xff"[..], b""] {
        let answer = producer.post("/", Bytes::from_static(body)).await.unwrap();
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.text());
    }
    let mut post = request(Method::POST, "/", "x");
    post.headers_mut()
        .insert("x-message-attributes", "{".parse().unwrap());
    let answer = producer.send(post).await.unwrap();
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.text().contains("x-message-attributes"));
    assert_eq!(queue.waiting(), 0);
}

/// Asks for `operation` with an execution of `arn` that gets `input`.
async fn start(
    machine: &StateMachine,
    operation: &str,
    arn: &str,
    input: &str,
) -> (StatusCode, Value) {
    let mut client = Client::connect(machine.url()).await;
    let body = json!({"stateMachineArn": arn, "input": input}).to_string();
    let mut start = request(Method::POST, "/", body);
    let target = format!("AWSStepFunctions.{operation}");
    start
        .headers_mut()
        .insert("x-amz-target", target.parse().unwrap());
    let answer = client.send(start).await.unwrap();
    let body = serde_json::from_slice(&answer.body).unwrap_or_default();
    (answer.status, body)
}

#[tokio::test]
async fn an_execution_that_is_started_has_its_input_to_the_byte() {
    let machine = StateMachine::start("shipping").await.unwrap();
    let input = "{\"a\" : 1}\n";
    let (status, answer) = start(&machine, "StartExecution", &machine.arn(), input).await;
    assert_eq!(status, StatusCode::OK);
    let execution = soon(machine.next()).await;
    assert_eq!(execution.input, input);
    assert_eq!(answer["executionArn"], execution.arn);
    assert_eq!(machine.waiting(), 0);
}

#[tokio::test]
async fn an_execution_that_step_functions_would_not_start_is_refused() {
    let machine = StateMachine::start("shipping").await.unwrap();
    let arn = machine.arn();
    let other = arn.replace("shipping", "other");
    for (operation, arn, input) in [
        ("StopExecution", &arn, "{}"),
        ("StartExecution", &other, "{}"),
        ("StartExecution", &arn, "not JSON"),
        (
            "StartExecution",
            &arn,
            &format!("\"{}\"", "x".repeat(256 * 1024)),
        ),
    ] {
        let (status, _) = start(&machine, operation, arn, input).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{operation} {arn}");
    }
    assert_eq!(machine.waiting(), 0);
}

#[tokio::test]
async fn the_ports_are_closed_after_a_shutdown() {
    let queue = Queue::start("orders").await.unwrap();
    let machine = StateMachine::start("shipping").await.unwrap();
    let urls = [queue.url(), machine.url()];
    queue.shutdown().await;
    machine.shutdown().await;
    for url in urls {
        let address = url.replace("http://", "");
        assert!(tokio::net::TcpStream::connect(address).await.is_err());
    }
}
