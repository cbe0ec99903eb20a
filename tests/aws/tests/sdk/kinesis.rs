//! Kinesis.

use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::PutRecordsRequestEntry;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::wire::Wire;
use crate::{assert_headers_of, call, client, parent_in};

fn decode(data: &Value) -> String {
    String::from_utf8(STANDARD.decode(data.as_str().unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn a_record_carries_its_span_to_the_consumer() {
    let wire = Wire::answering(r#"{"ShardId":"0","SequenceNumber":"1"}"#).await;
    let kinesis = client!(aws_sdk_kinesis, wire);
    let outcome = call(async move {
        let put = kinesis
            .put_record()
            .stream_name("orders")
            .partition_key("a");
        put.data(Blob::new(r#"{"id": 7}"#)).send().await.unwrap();
    })
    .await;
    let sent = wire.request().json();
    let data = decode(&sent["Data"]);
    assert!(
        data.starts_with(r#"{"id": 7,"_datadog":{"#) && data.ends_with("}}"),
        "{data}"
    );
    let span = outcome.span("kinesis.request");
    let data: Value = serde_json::from_str(&data).unwrap();
    assert_headers_of(&data["_datadog"], span);

    let event = json!({"Records": [{
        "eventSource": "aws:kinesis",
        "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/orders",
        "kinesis": {
            "data": sent["Data"],
            "partitionKey": "a",
            "sequenceNumber": "1",
            "approximateArrivalTimestamp": 1_700_000_000.0,
        },
    }]});
    assert_eq!(parent_in(&event).await, Some(span.trace_context()));
}

#[tokio::test]
async fn every_json_record_carries_the_span_and_the_others_are_sent_as_they_are() {
    let wire = Wire::answering(r#"{"FailedRecordCount":0,"Records":[]}"#).await;
    let kinesis = client!(aws_sdk_kinesis, wire);
    let outcome = call(async move {
        let records = ["{}", "plain", r#"{"id":7}"#].map(|data| {
            let record = PutRecordsRequestEntry::builder().partition_key("a");
            record.data(Blob::new(data)).build().unwrap()
        });
        let put = kinesis.put_records().stream_name("orders");
        put.set_records(Some(records.into())).send().await.unwrap();
    })
    .await;
    let sent = wire.request().json();
    let [first, plain, last] = [0, 1, 2].map(|at| decode(&sent["Records"][at]["Data"]));
    assert_eq!(plain, "plain");
    for data in [first, last] {
        let data: Value = serde_json::from_str(&data).unwrap();
        assert_headers_of(&data["_datadog"], outcome.span("kinesis.request"));
    }
}
