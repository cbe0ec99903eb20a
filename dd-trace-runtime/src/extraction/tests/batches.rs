//! Batches: which record is the parent, and which others are told of.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lambda_runtime::Context;
use serde_json::{Value, json};

use super::sources::found;
use super::{CARRIER, FOUND, carrier, settings};
use crate::context::propagation::{DatadogPropagator, PropagationConfig, Style};
use crate::event::raw::RawEvent;
use crate::extraction::{Settings, extract, extract_all};

/// A record of Kafka with these headers.
fn kafka_record(headers: &Value) -> Value {
    let headers: Vec<Value> = headers
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| {
            let bytes: Vec<u8> = value.as_str().unwrap().bytes().collect();
            json!({ name: bytes })
        })
        .collect();
    json!({"topic": "orders", "headers": headers})
}

pub(super) fn ids_of(trace_id: usize) -> Value {
    json!({"x-datadog-trace-id": trace_id.to_string(), "x-datadog-parent-id": "9"})
}

pub(super) fn message(trace_id: usize) -> Value {
    let carrier = ids_of(trace_id).to_string();
    json!({"body": "{}", "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": carrier}}})
}

/// The trace ids of the further records.
fn others(event: &Value) -> Vec<u128> {
    others_in(event.to_string())
}

fn others_in(event: String) -> Vec<u128> {
    let event = RawEvent::from(event);
    let settings = settings();
    let upstream = extract_all(&event, &Context::default(), &settings);
    let others = upstream.producers.others();
    others.map(|producer| producer.trace_id).collect()
}

#[test]
fn kafka_is_read_in_every_style_that_is_on() {
    let id = "0000000000000011";
    for (style, headers) in [
        (Style::B3, json!({"b3": format!("{id}-{id}-1")})),
        (
            Style::B3Multi,
            json!({"X-B3-TraceId": id, "X-B3-SpanId": id, "X-B3-Sampled": "1"}),
        ),
    ] {
        let read = |style| {
            let config = PropagationConfig {
                extract: vec![style],
                ..PropagationConfig::default()
            };
            let settings = Settings {
                propagator: DatadogPropagator::new(config),
                ..settings()
            };
            let event = json!({"records": {"orders-0": [kafka_record(&headers)]}});
            let parent = extract(&event.to_string().into(), &Context::default(), &settings);
            parent.map(|parent| parent.context.trace_id())
        };
        assert_eq!(read(style), Some(0x11), "{style:?}");
        assert_eq!(read(Style::Datadog), None, "{style:?}");
    }
}

#[test]
fn the_parent_is_the_first_usable_record_of_all_partitions() {
    let no_parent = kafka_record(&json!({"x-datadog-trace-id": "5"}));
    let broken = kafka_record(&json!({"traceparent": "00-0-0-0"}));
    let whole = kafka_record(&carrier());
    for records in [
        json!({"orders-0": [no_parent, broken, whole]}),
        json!({"orders-0": [no_parent], "orders-1": [broken, whole]}),
        json!({"orders-0": {"0": no_parent}, "orders-1": {"0": broken, "1": whole}}),
        json!({"orders-0": [], "orders-1": 3, "orders-2": [null, [], "x"], "orders-3": [whole]}),
    ] {
        assert_eq!(found(&json!({ "records": records })), FOUND, "{records}");
    }
}

#[test]
fn headers_of_different_records_are_never_one_context() {
    let trace = kafka_record(&json!({"x-datadog-trace-id": "5"}));
    let parent = kafka_record(&json!({"x-datadog-parent-id": "6"}));
    for records in [
        json!({"orders-0": [trace, parent]}),
        json!({"orders-0": [trace], "orders-1": [parent]}),
    ] {
        assert_eq!(found(&json!({ "records": records })), None, "{records}");
    }
}

#[test]
fn the_other_producers_of_a_kafka_batch_are_told_of_each_once() {
    let record = |trace_id| kafka_record(&ids_of(trace_id));
    let without = kafka_record(&json!({"other": "x"}));
    let event = json!({"eventSource": "SelfManagedKafka", "records": {
        "orders-0": [without, record(1), record(3), record(1)],
        "orders-1": {"0": record(2), "1": record(3)},
        "orders-2": [without, record(4)],
    }});
    assert_eq!(others(&event), [3, 2, 4]);
}

#[test]
fn no_more_than_128_records_are_looked_at_for_the_other_producers() {
    for (place, is_found) in [(1, true), (128, true), (129, false), (1_000, false)] {
        let mut messages = vec![json!({"body": "{}"}); 1_001];
        let mut records = vec![kafka_record(&json!({"other": "x"})); 1_001];
        records[0] = kafka_record(&ids_of(1));
        messages[place] = message(2);
        records[place] = kafka_record(&ids_of(2));
        let expected: &[u128] = if is_found { &[2] } else { &[] };
        assert_eq!(others(&json!({ "Records": messages })), expected, "{place}");
        let event = json!({"records": {"orders-0": records}});
        assert_eq!(others(&event), expected, "{place}");
    }
}

/// A batch whose records are searched for the attribute has the links of one whose records are read.
#[test]
fn the_producers_of_a_batch_of_sqs_are_those_that_its_messages_name_wherever() {
    let with_body = |body: &str| {
        let mut message = message(4);
        message["body"] = body.into();
        message
    };
    let notification = json!({"Type": "Notification", "TopicArn": "arn", "MessageAttributes": {
        "_datadog": {"Type": "Binary", "Value": BASE64_STANDARD.encode(ids_of(5).to_string())}
    }});
    let mut among_others = message(6);
    among_others["messageAttributes"]["a_datadog"] = json!({"stringValue": ids_of(7).to_string()});
    among_others["messageAttributes"]["a"] = json!({"stringValue": "_datadog"});
    let header = "Root=1-68029e8a-0000000035578e774943fd9d;Parent=76c040bdc454a7ac;Sampled=1";
    let planted = json!({"body": "", "attributes": {"AWSTraceHeader": header}});
    let planted_id = 0x3557_8e77_4943_fd9d;
    for (further, expected) in [
        (vec![message(2), message(3), message(2)], vec![2, 3]),
        (vec![json!({"body": "{}"}), message(3)], vec![3]),
        (vec![with_body(&notification.to_string())], vec![5]),
        (vec![with_body(&ids_of(8).to_string())], vec![4]),
        (vec![with_body(r#"{"_datadog":1}"#), message(3)], vec![4, 3]),
        (vec![with_body("_datadog"), message(3)], vec![4, 3]),
        (vec![among_others, message(3)], vec![6, 3]),
        (vec![planted, message(3)], vec![planted_id, 3]),
        (
            vec![json!({"body": {"_datadog": ids_of(9)}}), message(3)],
            vec![3],
        ),
    ] {
        for source in ["aws:sqs", "aws:other"] {
            let mut records = vec![message(1)];
            records.extend(further.clone());
            for record in &mut records {
                record["eventSource"] = source.into();
            }
            let event = json!({ "Records": records });
            assert_eq!(others(&event), expected, "{event}");
            let pretty = serde_json::to_string_pretty(&event).unwrap();
            assert_eq!(others_in(pretty), expected, "{event}");
        }
    }
}

#[test]
fn no_more_than_128_producers_of_a_batch_of_sqs_are_told_of() {
    let mut records = vec![json!({"body": "{}", "eventSource": "aws:sqs"}); 1_001];
    records[1_000] = message(2);
    assert_eq!(others(&json!({ "Records": records })), [2]);
    let producers = (1..=1_000).map(message);
    records = records.into_iter().take(1).chain(producers).collect();
    let expected: Vec<u128> = (1..=128).collect();
    assert_eq!(others(&json!({ "Records": records })), expected);
}

#[test]
fn no_more_than_128_records_of_kafka_are_looked_at_for_the_parent() {
    for (place, is_found) in [(0, true), (127, true), (128, false), (1_000, false)] {
        let mut records = vec![kafka_record(&json!({"other": "x"})); 1_001];
        records[place] = kafka_record(&carrier());
        let expected = if is_found { FOUND } else { None };
        let of_one_partition = json!({"records": {"orders-0": records}});
        let (before, after) = records.split_at(64);
        let of_two = json!({"records": {"orders-0": before, "orders-1": after}});
        for event in [of_one_partition, of_two] {
            assert_eq!(found(&event), expected, "{place}");
        }
    }
}

#[test]
fn kinesis_data_has_its_context_at_the_top_wherever_that_stands() {
    let other = r#"{"x-datadog-trace-id":"5","x-datadog-parent-id":"6"}"#;
    let text = json!({"a": 1, "_datadog": carrier()}).to_string();
    let in_text = json!({ "text": text }).to_string();
    for (data, is_found) in [
        (format!(r#"{{"a":1,"_datadog":{CARRIER}}}"#), true),
        (
            format!("{{\"a\" : 1 ,\n \"_datadog\" : {CARRIER}\n}}\n"),
            true,
        ),
        (format!(r#"{{"_datadog":{CARRIER}}}"#), true),
        (format!(r#"{{"_datadog":{CARRIER},"a":1}}"#), true),
        (
            format!(r#"{{"_datadog":{other},"_datadog":{CARRIER}}}"#),
            true,
        ),
        (format!(r#"{{"_datadog":{CARRIER},"_datadog":1}}"#), false),
        (format!(r#"{{"a":1,"_datadog":[{CARRIER}]}}"#), false),
        (format!(r#"{{"a":"_datadog","_datadog":{CARRIER}}}"#), true),
        (
            format!(r#"{{"a":",\"_datadog\":","_datadog":{CARRIER}}}"#),
            true,
        ),
        (
            format!(r#"{{"a":{{"b":1,"_datadog":{other}}},"_datadog":{CARRIER}}}"#),
            true,
        ),
        (format!(r#"{{"a":{{"b":1,"_datadog":{CARRIER}}}}}"#), false),
        (
            format!(r#"{{"a":{{"b":1,"_datadog":{CARRIER}}},"c":1}}"#),
            false,
        ),
        (
            format!(r#"{{"a":[{{"b":1,"_datadog":{CARRIER}}}]}}"#),
            false,
        ),
        (in_text, false),
    ] {
        for blanks in 0..6 {
            let base64 = BASE64_STANDARD.encode(" ".repeat(blanks) + &data);
            for base64 in [base64.trim_end_matches('='), &base64] {
                let event = json!({"Records": [{"kinesis": {"data": base64}}]}).to_string();
                let expected = if is_found { FOUND } else { None };
                assert_eq!(super::ids(&event), expected, "{data}");
                let escaped = event.replace('/', "\\/");
                assert_eq!(super::ids(&escaped), expected, "{data}");
            }
        }
    }
}
