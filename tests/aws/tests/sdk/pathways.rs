//! Data Streams Monitoring: the pathway in the messages of calls. ddtrace 4.16 gives the same calls of boto3 these
//! hashes, with `DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED=false`.

use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use aws_sdk_kinesis::primitives::Blob;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dd_trace_runtime::testing::Invocation;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use crate::wire::Wire;
use crate::{client, invocation, run};

const QUEUE: &str = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders";
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:orders";

/// A function with Data Streams Monitoring.
fn counted() -> Invocation {
    let invocation = invocation().env("DD_DATA_STREAMS_ENABLED", "true");
    invocation.env("DD_SERVICE", "orders").env("DD_ENV", "prod")
}

async fn during(invocation: Invocation, call: impl Future<Output = ()> + Send + 'static) {
    assert!(run(invocation, call).await.result.is_ok());
}

fn decode(base64: &str) -> Value {
    serde_json::from_slice(&STANDARD.decode(base64).unwrap()).unwrap()
}

/// The hash of the pathway in a carrier.
#[track_caller]
fn hash(carrier: &Value) -> u64 {
    assert!(carrier["x-datadog-trace-id"].is_string(), "{carrier}");
    let header = carrier["dd-pathway-ctx-base64"].as_str().unwrap();
    let header = STANDARD.decode(header).unwrap();
    u64::from_le_bytes(header[..8].try_into().unwrap())
}

fn carrier_of_sqs(message: &Value) -> Value {
    let text = &message["MessageAttributes"]["_datadog"]["StringValue"];
    serde_json::from_str(text.as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn a_message_carries_the_pathway_through_its_queue() {
    let wire = Wire::answering(r#"{"MessageId":"1"}"#).await;
    let sqs = client!(aws_sdk_sqs, wire);
    during(counted(), async move {
        let send = sqs.send_message().queue_url(QUEUE).message_body("order 7");
        send.send().await.unwrap();
    })
    .await;
    let carrier = carrier_of_sqs(&wire.request().json());
    assert_eq!(hash(&carrier), 1_076_968_342_701_705_701);
}

#[tokio::test]
async fn a_notification_carries_the_pathway_through_its_topic() {
    let wire = Wire::answering(crate::sns::PUBLISHED).await;
    let sns = client!(aws_sdk_sns, wire);
    during(counted(), async move {
        let publish = sns.publish().topic_arn(TOPIC).message("order 7");
        publish.send().await.unwrap();
    })
    .await;
    let body = wire.request().body;
    let fields = std::str::from_utf8(&body).unwrap().split('&');
    let value = fields
        .filter_map(|field| field.split_once('='))
        .find(|(name, _)| name.ends_with("BinaryValue"))
        .map(|(_, value)| percent_decode_str(value).decode_utf8().unwrap());
    assert_eq!(hash(&decode(&value.unwrap())), 7_556_469_516_762_514_086);
}

#[tokio::test]
async fn a_record_carries_the_pathway_through_its_stream_by_its_name() {
    let wire = Wire::answering(r#"{"ShardId":"0","SequenceNumber":"1"}"#).await;
    let kinesis = client!(aws_sdk_kinesis, wire);
    during(counted(), async move {
        let put = kinesis
            .put_record()
            .stream_name("orders")
            .partition_key("a");
        put.data(Blob::new(r#"{"id": 7}"#)).send().await.unwrap();
    })
    .await;
    let data = decode(wire.request().json()["Data"].as_str().unwrap());
    assert_eq!(hash(&data["_datadog"]), 18_005_104_365_035_201_014);
}

#[tokio::test]
async fn each_event_carries_the_pathway_through_its_own_bus() {
    let wire = Wire::answering(r#"{"FailedEntryCount":0,"Entries":[]}"#).await;
    let events = client!(aws_sdk_eventbridge, wire);
    during(counted(), async move {
        let entries = [Some("orders"), None].map(|bus| {
            let entry = PutEventsRequestEntry::builder().source("shop");
            let entry = entry.detail_type("order").detail(r#"{"id":7}"#);
            entry.set_event_bus_name(bus.map(str::to_owned)).build()
        });
        let put = events.put_events().set_entries(Some(entries.into()));
        put.send().await.unwrap();
    })
    .await;
    let sent = wire.request().json();
    let hashes = sent["Entries"].as_array().unwrap().iter().map(|entry| {
        let detail: Value = serde_json::from_str(entry["Detail"].as_str().unwrap()).unwrap();
        hash(&detail["_datadog"])
    });
    let expected = [13_462_220_278_859_355_228, 11_462_883_507_425_909_525];
    assert_eq!(hashes.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_message_continues_the_pathway_of_one_that_a_call_has_received() {
    let received = r#"{"Messages":[{"MessageId":"1","Body":"order 7","MessageAttributes":{"_datadog":{
        "DataType":"String","StringValue":"{\"dd-pathway-ctx-base64\":\"7yRDBs2owNX2oav++WL8yqv++WI=\"}"}}}]}"#;
    let mut hashes = Vec::new();
    for receives in [false, true] {
        let wire = Wire::answering(received).await;
        let sqs = client!(aws_sdk_sqs, wire);
        during(counted(), async move {
            if receives {
                let receive = sqs.receive_message().queue_url(QUEUE);
                receive.send().await.unwrap();
            }
            let send = sqs.send_message().queue_url(QUEUE).message_body("order 7");
            send.send().await.unwrap();
        })
        .await;
        let requests = wire.requests();
        let sent = requests.last().unwrap().json();
        hashes.push(hash(&carrier_of_sqs(&sent)));
    }
    assert_eq!(hashes[0], 1_076_968_342_701_705_701);
    assert_ne!(hashes[1], hashes[0]);
}

#[tokio::test]
async fn without_the_variable_there_is_no_pathway() {
    let wire = Wire::answering(r#"{"MessageId":"1"}"#).await;
    let sqs = client!(aws_sdk_sqs, wire);
    during(invocation(), async move {
        let send = sqs.send_message().queue_url(QUEUE).message_body("order 7");
        send.send().await.unwrap();
    })
    .await;
    let carrier = carrier_of_sqs(&wire.request().json());
    assert_eq!(carrier["dd-pathway-ctx-base64"], json!(null));
}
