//! SNS.

use std::collections::BTreeMap;

use aws_sdk_sns::types::PublishBatchRequestEntry;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::wire::{Request, Wire};
use crate::{assert_headers_of, call, client, parent_in};

const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:orders";
pub(crate) const PUBLISHED: &str = r#"<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult>
    <MessageId>1</MessageId></PublishResult></PublishResponse>"#;
const PUBLISHED_BATCH: &str = r#"<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
    <PublishBatchResult><Failed/><Successful/></PublishBatchResult></PublishBatchResponse>"#;

type Form = BTreeMap<String, String>;

fn form(request: &Request) -> Form {
    let body = std::str::from_utf8(&request.body).unwrap();
    let decode = |text: &str| percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let fields = body.split('&').filter_map(|field| field.split_once('='));
    fields
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

/// Removes the fields of the attribute, whose names start with `prefix`. Returns its value.
fn take_binary(form: &mut Form, prefix: &str) -> String {
    let mut field = |name: &str| form.remove(&format!("{prefix}MessageAttributes.entry.1.{name}"));
    assert_eq!(field("Name").as_deref(), Some("_datadog"));
    assert_eq!(field("Value.DataType").as_deref(), Some("Binary"));
    field("Value.BinaryValue").unwrap()
}

fn headers(binary: &str) -> Value {
    serde_json::from_slice(&STANDARD.decode(binary).unwrap()).unwrap()
}

#[tokio::test]
async fn a_message_carries_its_span_to_the_consumer() {
    let wire = Wire::answering(PUBLISHED).await;
    let sns = client!(aws_sdk_sns, wire);
    let outcome = call(async move {
        let publish = sns.publish().topic_arn(TOPIC).message("order 7");
        publish.send().await.unwrap();
    })
    .await;
    let mut sent = form(&wire.request());
    let binary = take_binary(&mut sent, "");
    let span = outcome.span("sns.request");
    assert_headers_of(&headers(&binary), span);
    let expected = [
        ("Action", "Publish"),
        ("Message", "order 7"),
        ("TopicArn", TOPIC),
        ("Version", "2010-03-31"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(sent, Form::from(expected));

    let event = json!({"Records": [{"EventSource": "aws:sns", "Sns": {
        "Type": "Notification",
        "TopicArn": TOPIC,
        "Message": "order 7",
        "Timestamp": "2023-11-14T22:13:20.000Z",
        "MessageAttributes": {"_datadog": {"Type": "Binary", "Value": binary}},
    }}]});
    assert_eq!(parent_in(&event).await, Some(span.trace_context()));
}

#[tokio::test]
async fn every_message_of_a_batch_carries_the_span() {
    let wire = Wire::answering(PUBLISHED_BATCH).await;
    let sns = client!(aws_sdk_sns, wire);
    let outcome = call(async move {
        let entries = ["1", "2"].map(|id| {
            let entry = PublishBatchRequestEntry::builder().id(id);
            entry.message("order").build().unwrap()
        });
        let publish = sns.publish_batch().topic_arn(TOPIC);
        let publish = publish.set_publish_batch_request_entries(Some(entries.into()));
        publish.send().await.unwrap();
    })
    .await;
    let mut sent = form(&wire.request());
    for member in ["1", "2"] {
        let prefix = format!("PublishBatchRequestEntries.member.{member}.");
        let binary = take_binary(&mut sent, &prefix);
        assert_headers_of(&headers(&binary), outcome.span("sns.request"));
    }
}
