//! Where the records of a batch are found, against a parser that reads all of the event.

use serde::Deserialize;
use serde_json::{Value, json};

use super::Records;
use super::entry::{Entry, of_event};
use crate::event::raw::RawEvent;

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";

/// A message as SQS writes it.
fn message(id: &str, body: &str) -> String {
    message_of(QUEUE, id, body)
}

fn message_of(queue: &str, id: &str, body: &str) -> String {
    let body = json!(body);
    format!(
        r#"{{"messageId":"{id}","receiptHandle":"AQEB","body":{body},"attributes":{{"SentTimestamp":"1"}},"messageAttributes":{{"eventSource":{{"stringValue":"aws:sqs","stringListValues":[],"dataType":"String"}}}},"md5OfBody":"e4e6","eventSource":"aws:sqs","eventSourceARN":"{queue}","awsRegion":"eu-west-1"}}"#
    )
}

fn event(records: &[String]) -> String {
    format!(r#"{{"Records":[{}]}}"#, records.join(","))
}

/// The JSON of the records, and what they say of their source.
fn told(entries: &[Entry]) -> Told {
    let entries = entries.iter();
    entries
        .map(|entry| {
            let json = String::from_utf8(entry.json.to_vec()).unwrap();
            (json, format!("{:?}", entry.source))
        })
        .collect()
}

type Told = Vec<(String, String)>;

fn says(records: Result<Records<Value>, serde_json::Error>) -> Result<Told, String> {
    records
        .map(|records| told(&records.records))
        .map_err(|error| error.to_string())
}

/// What a parser makes of the event; like Lambda's, it leaves what follows the first value.
fn parsed(event: &str) -> Result<Told, String> {
    let mut parser = serde_json::Deserializer::from_str(event);
    says(Records::deserialize(&mut parser))
}

/// What the search makes of it.
fn found(event: &str) -> Option<Told> {
    of_event(&RawEvent::from(event)).map(|entries| told(&entries))
}

fn kinesis(number: usize) -> String {
    format!(
        r#"{{"kinesis":{{"partitionKey":"1","sequenceNumber":"{number}","data":"e30="}},"eventSource":"aws:kinesis","eventSourceARN":"arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"}}"#
    )
}

fn item(number: usize) -> String {
    format!(
        r#"{{"eventID":"1","eventSource":"aws:dynamodb","dynamodb":{{"Keys":{{"id":{{"S":"a"}}}},"SequenceNumber":"{number}"}},"eventSourceARN":"arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/1"}}"#
    )
}

/// Events that are read without a parser.
fn read() -> Vec<Vec<String>> {
    let separator = r#"},{"messageId":""#;
    let end = r#","eventSource":"aws:sqs","eventSourceARN":"a"}"#;
    let escaped = message("a\\u0062\\n", "escapes in the id");
    let other_queue = message_of("arn:aws:sqs:eu-west-1:123456789012:a.fifo", "c", "");
    let unlike = r#"{"body":"[{}]","x":[{},{"messageId":"not one"}],"eventSource":"aws:sqs","messageId":"u"}"#;
    let last_of_source = message("a", "").replace(r#""eventSource":"aws:sqs","#, "");
    let source_first = last_of_source.replacen('{', r#"{"eventSource":"aws:sqs","#, 1);
    let id_later = message("c", "").replacen('{', r#"{"receiptHandle":"","#, 1);
    let no_arn = r#"{"messageId":"a","eventSource":"aws:sqs"}"#.to_owned();
    let nested_source = no_arn.replace('}', r#","x":{"eventSource":"aws:sqs"}}"#);
    vec![
        vec![],
        vec![message("a", "")],
        vec![message("a", "1"), message("b", "2"), message("c", "3")],
        vec![
            message("a", separator),
            message("b", end),
            message("c", "]}"),
        ],
        vec![
            message("a", "ü"),
            message("b", "\u{1F600}\\"),
            message("c", "\\\""),
        ],
        vec![message("a", ""), escaped, message("c", "")],
        vec![message("a", ""), other_queue, message("c", "")],
        vec![message("a", ""), unlike.to_owned(), message("c", "")],
        vec![message("a", ""), message("b", ""), id_later.clone()],
        vec![message("a", ""), id_later, message("c", "")],
        vec![unlike.to_owned(), message("b", ""), unlike.to_owned()],
        vec![source_first, message("b", ""), message("c", "")],
        vec![no_arn.clone(), no_arn.clone()],
        vec![nested_source.clone(), no_arn, nested_source],
        vec![message("a", ""), kinesis(2), item(3), message("d", "")],
        vec![kinesis(1), kinesis(2), kinesis(3)],
        vec![item(1), item(2), item(3)],
    ]
}

#[test]
fn records_are_where_a_parser_finds_them() {
    for records in read() {
        let event = event(&records);
        let value: Value = serde_json::from_str(&event).unwrap();
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let spaced = format!(" \n{{\t\"Records\" : [ {} ] }} ", records.join("\n,\t"));
        for event in [event, pretty, spaced] {
            assert_eq!(found(&event), Some(parsed(&event).unwrap()), "{event}");
        }
    }
}

#[test]
fn any_other_event_is_left_to_a_parser() {
    let (a, b) = (message("a", ""), message("b", ""));
    let no_id = message("", "");
    let no_source = a.replace(r#""eventSource":"aws:sqs","#, "");
    // Without an id.
    let without_id = b.replace("messageId", "id");
    let bare = r#"{"messageId":"a"}"#;
    let later = b.replacen('{', r#"{"receiptHandle":"","#, 1);
    // The first object in the list ends as a record does.
    let nested_end = |record: &str| {
        let (start, end) = record.split_once(r#","eventSource""#).unwrap();
        format!(r#"{start},"x":[{{"a":1,"eventSource"{end},{record}]}}"#)
    };
    let of_sns = a.replace("aws:sqs", "aws:sns");
    let events = [
        String::new(),
        "{}".to_owned(),
        "[]".to_owned(),
        r#"{"Records":{}}"#.to_owned(),
        r#"{"Records":[7]}"#.to_owned(),
        format!(r#"{{"Records":[{a}],"x":1}}"#),
        format!(r#"{{"x":1,"Records":[{a}]}}"#),
        format!(r#"{{"Records":[],"Records":[{a}]}}"#),
        format!(r#"{{"Records":[{a},{b}]}} and more"#),
        event(&[a.clone(), no_id.clone()]),
        event(&[a.clone(), no_source.clone()]),
        event(&[a.clone(), no_source, b.clone()]),
        event(&[a.clone(), of_sns, b.clone()]),
        event(&[a.clone(), b.clone(), without_id.clone()]),
        event(&[a.clone(), without_id, b.clone()]),
        event(&[a.clone(), bare.to_owned(), later.clone()]),
        event(&[a.clone(), b.clone(), nested_end(&b)]),
        event(&[no_id, a.clone()]),
    ];
    for event in events {
        assert_eq!(found(&event), None, "{event}");
        let own = RawEvent::from(event.as_str()).parse::<Records<Value>>();
        assert_eq!(says(own), parsed(&event), "{event}");
    }
}

#[test]
fn an_event_that_is_cut_off_is_never_a_batch() {
    let event = event(&[message("a", "1"), message("b", "]}"), message("c", "")]);
    for length in 0..event.len() {
        assert_eq!(found(&event[..length]), None, "{length}");
    }
}

#[test]
fn a_record_and_its_id_are_parts_of_the_event() {
    for records in read() {
        let event = RawEvent::from(event(&records));
        for entry in of_event(&event).unwrap() {
            assert!(event.range_of(&entry.json).is_some());
            let is_escaped = event.as_str().unwrap().contains("\\u0062");
            assert!(is_escaped || event.range_of(entry.source.id.as_bytes()).is_some());
        }
    }
}
