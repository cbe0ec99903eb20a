//! The checkpoints of an event, source by source.

use serde_json::{Value, json};

use super::{counted, streams};
use crate::data_streams::{DataStreams, Pathway, Time};
use crate::event::raw::RawEvent;
use crate::event::trigger::Trigger;

/// A pathway of another service.
const HEADER: &str = "7yRDBs2owNX2oav++WL8yqv++WI=";
const PARENT: u64 = 15_402_496_324_133_922_031;

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";
const TOPIC: &str = "arn:aws:sns:eu-west-1:123456789012:orders";
const STREAM: &str = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";

fn carrier() -> Value {
    json!({"x-datadog-trace-id": "1", "dd-pathway-ctx-base64": HEADER})
}

fn base64(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

fn consume(streams: &DataStreams, event: &Value) -> Option<Pathway> {
    let event = RawEvent::from_serialize(event).unwrap();
    let kind = Trigger::detect(&event)?.kind();
    streams.consume(event.as_bytes(), kind, Time::now())
}

/// The pathways that an event passes: the tags of the edge and the hash of before it, and how often.
fn checkpoints(streams: &DataStreams, event: &Value) -> Vec<(String, u64, usize)> {
    consume(streams, event);
    let counted = counted(streams).into_iter();
    counted
        .map(|it| (it.tags, it.parent, it.messages))
        .collect()
}

fn sqs(messages: &[Value]) -> Value {
    let records = messages.iter().map(|message| {
        let mut record =
            json!({"messageId": "1", "eventSource": "aws:sqs", "eventSourceARN": QUEUE});
        let members = message.as_object().unwrap().clone();
        record.as_object_mut().unwrap().extend(members);
        record
    });
    json!({"Records": records.collect::<Vec<_>>()})
}

fn sent_to_sqs() -> Value {
    let value = carrier().to_string();
    json!({"body": "order 7", "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": value}}})
}

fn notification() -> Value {
    let value = base64(&carrier().to_string());
    json!({"Type": "Notification", "TopicArn": TOPIC, "Message": "order 7",
        "MessageAttributes": {"_datadog": {"Type": "Binary", "Value": value}}})
}

fn bus_event() -> Value {
    json!({"version": "0", "source": "shop", "detail-type": "OrderPlaced", "detail": {"id": 7, "_datadog": carrier()}})
}

const SQS: &str = "direction:in,topic:arn:aws:sqs:eu-west-1:123456789012:orders,type:sqs";

#[test]
fn each_record_of_a_queue_is_a_checkpoint_whatever_put_it_there() {
    let binary = json!({"body": "", "messageAttributes":
        {"_datadog": {"dataType": "Binary", "binaryValue": base64(&carrier().to_string())}}});
    let messages = [
        sent_to_sqs(),
        binary,
        json!({"body": notification().to_string(), "messageAttributes": {}}),
        json!({"body": bus_event().to_string(), "messageAttributes": {}}),
        json!({"body": "without a carrier"}),
        json!({"body": "{\"_datadog\":"}),
    ];
    let expected = [(SQS.to_owned(), 0, 2), (SQS.to_owned(), PARENT, 4)];
    assert_eq!(checkpoints(&streams(&[]), &sqs(&messages)), expected);
}

#[test]
fn a_payload_of_our_own_carries_the_pathway_in_each_of_its_shapes() {
    let text = carrier().to_string();
    let shapes = [
        carrier(),
        json!(text),
        json!({"DataType": "String", "StringValue": text}),
    ];
    for shape in shapes {
        let payload = json!({"id": 7, "_datadog": shape}).to_string();
        let wrapped = json!({"Type": "Notification", "TopicArn": TOPIC, "Message": payload});
        let messages = [
            json!({"body": payload, "messageAttributes": {}}),
            json!({"body": wrapped.to_string()}),
        ];
        let expected = [(SQS.to_owned(), PARENT, 2)];
        assert_eq!(checkpoints(&streams(&[]), &sqs(&messages)), expected);
        let others = [
            json!({"EventSource": "aws:sns", "Sns": wrapped}),
            json!({"eventSource": "aws:kinesis", "eventID": "1", "eventSourceARN": STREAM,
                "kinesis": {"data": base64(&payload)}}),
        ];
        for record in others {
            let counted = checkpoints(&streams(&[]), &json!({"Records": [record]}));
            let parents: Vec<_> = counted.iter().map(|(_, parent, _)| *parent).collect();
            assert_eq!(parents, [PARENT], "{record}");
        }
    }
}

#[test]
fn each_notification_is_a_checkpoint() {
    let record = json!({"EventSource": "aws:sns", "Sns": notification()});
    let mut bare = record.clone();
    bare["Sns"]
        .as_object_mut()
        .unwrap()
        .remove("MessageAttributes");
    let tags = "direction:in,topic:arn:aws:sns:eu-west-1:123456789012:orders,type:sns";
    assert_eq!(
        checkpoints(&streams(&[]), &json!({"Records": [record, bare]})),
        [(tags.to_owned(), 0, 1), (tags.to_owned(), PARENT, 1)],
    );
}

#[test]
fn each_record_of_a_stream_is_a_checkpoint() {
    let record = |data: &str| {
        json!({"eventSource": "aws:kinesis", "eventID": "1", "eventSourceARN": STREAM,
            "kinesis": {"data": base64(data)}})
    };
    let traced = json!({"id": 7, "_datadog": carrier()}).to_string();
    let event = json!({"Records": [record(&traced), record("bytes"), record(&traced)]});
    let tags =
        "direction:in,topic:arn:aws:kinesis:eu-west-1:123456789012:stream/orders,type:kinesis";
    let expected = [(tags.to_owned(), 0, 1), (tags.to_owned(), PARENT, 2)];
    assert_eq!(checkpoints(&streams(&[]), &event), expected);
}

#[test]
fn an_event_of_a_bus_is_a_checkpoint_and_the_environment_names_the_bus() {
    let cases = [
        (&[][..], "direction:in,topic:OrderPlaced,type:eventbridge"),
        (
            &[("DD_DSM_EXCHANGE_NAME", "shop-bus")],
            "direction:in,exchange:shop-bus,topic:OrderPlaced,type:eventbridge",
        ),
    ];
    for (vars, tags) in cases {
        let expected = [(tags.to_owned(), PARENT, 1)];
        assert_eq!(checkpoints(&streams(vars), &bus_event()), expected);
    }
}

#[test]
fn each_record_of_kafka_is_a_checkpoint() {
    let bytes: Vec<i64> = HEADER.bytes().map(i64::from).collect();
    let traced = json!({"topic": "orders", "partition": 0,
        "headers": [{"other": [1]}, {"dd-pathway-ctx-base64": bytes}]});
    let bare = json!({"topic": "refunds", "partition": 0, "headers": []});
    let records = json!({"orders-0": [traced, traced], "refunds-0": [bare]});
    let tags = |topic| format!("direction:in,topic:{topic},type:kafka");
    for source in ["aws:kafka", "SelfManagedKafka"] {
        let event = json!({"eventSource": source, "eventSourceArn": "arn:..", "records": records});
        let expected = [(tags("orders"), PARENT, 2), (tags("refunds"), 0, 1)];
        assert_eq!(checkpoints(&streams(&[]), &event), expected);
    }
}

#[test]
fn other_events_have_no_checkpoint() {
    let events = [
        json!({}),
        json!({"Records": [{"eventSource": "aws:s3", "s3": {"bucket": {"name": "b"}}}]}),
        json!({"Records": [{"eventSource": "aws:sqs", "body": "no ARN"}]}),
        json!({"Records": [{"eventSource": "aws:sqs", "eventSourceARN": "a".repeat(1_000)}]}),
        json!({"httpMethod": "GET", "resource": "/", "headers": carrier()}),
    ];
    for event in events {
        assert_eq!(checkpoints(&streams(&[]), &event), [], "{event}");
    }
}

#[test]
fn what_the_function_sends_goes_on_from_the_last_record() {
    let streams = streams(&[]);
    let pathway = consume(&streams, &sqs(&[json!({"body": ""}), sent_to_sqs()])).unwrap();
    let last = consume(&streams, &sqs(&[sent_to_sqs()])).unwrap();
    assert_eq!(pathway.hash, last.hash);
}

#[test]
fn a_large_batch_makes_as_many_pathways_as_a_small_one() {
    let streams = streams(&[]);
    for records in [1, 100, 1_000] {
        let event = sqs(&vec![sent_to_sqs(); records]);
        assert_eq!(
            checkpoints(&streams, &event),
            [(SQS.to_owned(), PARENT, records)]
        );
    }
}
