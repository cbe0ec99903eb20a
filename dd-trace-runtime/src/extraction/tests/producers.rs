//! The producer of each record of a batch, which the record's own span is linked to.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lambda_runtime::Context;
use serde_json::{Value, json};

use super::batches::{ids_of, message};
use super::settings;
use crate::event::raw::RawEvent;
use crate::extraction::{Unread, extract_all};
use crate::json::Reader;

/// What the batch knows of the producers of its records, each of which it finds where the record stands.
fn producers_of_records(event: &Value) -> Vec<Result<Option<u128>, Unread>> {
    let event = RawEvent::from(event.to_string());
    let settings = settings();
    let upstream = extract_all(&event, &Context::default(), &settings);
    let mut json = Reader::new(event.as_bytes());
    let [records] = json.read_members([b"Records"]);
    let mut records = records.unwrap();
    let array = records.array().unwrap();
    let mut producers = Vec::new();
    while records.element(array) {
        let known = upstream.producers.of_record(records.raw_bytes().unwrap());
        producers.push(known.map(|producer| producer.map(|producer| producer.trace_id)));
    }
    producers
}

#[test]
fn a_batch_knows_the_producer_of_each_of_its_records() {
    let of_sqs = |mut message: Value| {
        message["eventSource"] = "aws:sqs".into();
        message
    };
    let without = json!({"body": "{}"});
    let in_header = json!({"attributes": {"AWSTraceHeader": "Root=1-5e988d6f-000000000000000000000011;Parent=0000000000000022;Sampled=1"}, "body": ""});
    let of_kinesis = |trace_id: usize| {
        let data = json!({"_datadog": ids_of(trace_id)}).to_string();
        json!({"kinesis": {"data": BASE64_STANDARD.encode(data)}})
    };
    let none = json!({"kinesis": {"data": "e30="}});
    let some = |ids: &[u128]| -> Vec<Result<Option<u128>, Unread>> {
        let some = |id: &u128| Ok((*id != 0).then_some(*id));
        ids.iter().map(some).collect()
    };
    let cases = [
        (vec![message(1), message(2), message(3)], some(&[1, 2, 3])),
        (
            vec![message(1), message(1), message(2), message(1)],
            some(&[1, 1, 2, 1]),
        ),
        (
            vec![without.clone(), message(2), without.clone()],
            some(&[0, 2, 0]),
        ),
        (vec![message(1), without.clone()], some(&[1, 0])),
        (vec![without.clone(), without], some(&[0, 0])),
        (vec![message(1), in_header, message(3)], some(&[1, 0x11, 3])),
        (vec![of_kinesis(1), none, of_kinesis(3)], some(&[1, 0, 3])),
        // Of notifications, items and objects nobody asks.
        (
            vec![json!({"s3": {}}), json!({"s3": {}})],
            vec![Err(Unread), Err(Unread)],
        ),
    ];
    for (records, expected) in cases {
        let event = json!({ "Records": records });
        assert_eq!(producers_of_records(&event), expected, "{event}");
        if records.iter().all(|record| record.get("body").is_some()) {
            let records: Vec<_> = records.into_iter().map(of_sqs).collect();
            let event = json!({ "Records": records });
            assert_eq!(producers_of_records(&event), expected, "{event}");
        }
    }
}

#[test]
fn a_batch_does_not_know_the_producers_of_records_that_were_not_looked_at() {
    for is_of_sqs in [false, true] {
        let mut records: Vec<Value> = (1..=200).map(message).collect();
        for record in records.iter_mut().filter(|_| is_of_sqs) {
            record["eventSource"] = "aws:sqs".into();
        }
        let known = producers_of_records(&json!({ "Records": records }));
        let expected = (1..=200).map(|id| if id <= 129 { Ok(Some(id)) } else { Err(Unread) });
        assert!(known.into_iter().eq(expected), "{is_of_sqs}");
    }
}

#[test]
fn a_record_of_another_event_is_not_known() {
    let event = RawEvent::from(json!({"Records": [message(1), message(2)]}).to_string());
    let settings = settings();
    let upstream = extract_all(&event, &Context::default(), &settings);
    let copy = RawEvent::from(event.as_bytes().to_vec());
    assert_eq!(upstream.producers.of_record(copy.as_bytes()), Err(Unread));
    assert_eq!(upstream.producers.of_record(b"{}"), Err(Unread));
}
