//! Each source, and the order in which they are asked.

#![allow(
    clippy::needless_pass_by_value,
    reason = "events are put together from their parts"
)]

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lambda_runtime::Context;
use serde_json::{Value, json};

use super::{CARRIER, FOUND, carrier, ids, settings, sqs};
use crate::event::raw::RawEvent;
use crate::extraction::{ParentSource, Settings, extract};

pub(super) fn found(event: &Value) -> Option<(u128, u64, Option<i8>)> {
    ids(&event.to_string())
}

/// A carrier that is told apart from the usual one.
fn other() -> Value {
    json!({"x-datadog-trace-id": "21", "x-datadog-parent-id": "22", "x-datadog-sampling-priority": "1"})
}

const OTHER: Option<(u128, u64, Option<i8>)> = Some((21, 22, Some(1)));

fn base64(value: &Value) -> String {
    BASE64_STANDARD.encode(value.to_string())
}

pub(super) fn record(record: Value) -> Value {
    json!({ "Records": [record] })
}

fn notification(attribute: Value) -> Value {
    json!({"Type": "Notification", "TopicArn": "arn", "Message": "{}", "MessageAttributes": {"_datadog": attribute}})
}

#[test]
fn sns_has_it_in_its_attribute_or_in_the_event_that_eventbridge_sent() {
    for sns in [
        json!({"MessageAttributes": {"_datadog": {"Type": "String", "Value": CARRIER}}}),
        json!({"MessageAttributes": {"_datadog": {"Type": "Binary", "Value": base64(&carrier())}}}),
        json!({"MessageAttributes": {}, "Message": json!({"detail": {"_datadog": carrier()}}).to_string()}),
    ] {
        assert_eq!(
            found(&record(json!({"EventSource": "aws:sns", "Sns": sns}))),
            FOUND,
            "{sns}"
        );
    }
}

#[test]
fn sns_to_sqs_has_it_in_the_body_else_in_the_attribute_of_raw_delivery() {
    let wrapped = notification(json!({"Type": "Binary", "Value": base64(&carrier())})).to_string();
    let attribute = |carrier: &Value| json!({"_datadog": {"dataType": "Binary", "binaryValue": base64(carrier)}});
    assert_eq!(found(&record(json!({"body": wrapped}))), FOUND);
    assert_eq!(
        found(&record(
            json!({"body": wrapped, "messageAttributes": attribute(&other())})
        )),
        FOUND
    );
    assert_eq!(
        found(&record(
            json!({"body": "{}", "messageAttributes": attribute(&carrier())})
        )),
        FOUND
    );
    let empty = notification(json!({"Type": "Binary", "Value": ""})).to_string();
    assert_eq!(
        found(&record(
            json!({"body": empty, "messageAttributes": attribute(&carrier())})
        )),
        FOUND
    );
}

#[test]
fn eventbridge_has_it_in_the_detail_also_through_sqs_and_sns() {
    let event = json!({"detail-type": "OrderPlaced", "source": "shop", "detail": {"id": 1, "_datadog": carrier()}});
    assert_eq!(found(&event), FOUND);
    assert_eq!(found(&record(json!({"body": event.to_string()}))), FOUND);
    let transformed = json!({"detail": {"_datadog": carrier()}});
    assert_eq!(
        found(&record(json!({"body": transformed.to_string()}))),
        FOUND
    );
    let sns = json!({"Type": "Notification", "TopicArn": "arn", "Message": event.to_string()});
    assert_eq!(found(&record(json!({"body": sns.to_string()}))), FOUND);
    for detail in [Value::Null, json!("text"), json!([1])] {
        assert_eq!(found(&json!({"detail-type": "t", "detail": detail})), None);
    }
}

#[test]
fn a_body_that_is_the_user_s_own_is_not_a_carrier() {
    for body in [
        json!({"_datadog": carrier()}),
        json!([{"_datadog": carrier()}]),
        json!("_datadog"),
    ] {
        assert_eq!(
            found(&record(json!({"body": body.to_string()}))),
            None,
            "{body}"
        );
    }
}

#[test]
fn sqs_has_the_header_of_the_java_tracer_last() {
    let header = "Root=1-68029e8a-0000000035578e774943fd9d;Parent=76c040bdc454a7ac;Sampled=1";
    let planted = Some((
        3_843_697_449_965_452_701,
        8_556_910_475_790_821_292,
        Some(1),
    ));
    let system = json!({"AWSTraceHeader": header});
    assert_eq!(found(&record(json!({"attributes": system}))), planted);
    let broken = json!({"_datadog": {"dataType": "String", "stringValue": "{"}});
    assert_eq!(
        found(&record(
            json!({"attributes": system, "messageAttributes": broken})
        )),
        planted
    );
    let attribute = json!({"_datadog": {"dataType": "String", "stringValue": CARRIER}});
    assert_eq!(
        found(&record(
            json!({"attributes": system, "messageAttributes": attribute})
        )),
        FOUND
    );
    let aws = json!({"AWSTraceHeader": "Root=1-68029e8a-8c398be037738dc042009320;Parent=76c040bdc454a7ac;Sampled=1"});
    assert_eq!(found(&record(json!({"attributes": aws}))), None);
}

#[test]
fn kinesis_has_it_in_data_that_is_utf_8() {
    let data = |data: &Value| record(json!({"kinesis": {"data": base64(data)}}));
    assert_eq!(
        found(&data(&json!({"name": "Jörg", "_datadog": carrier()}))),
        FOUND
    );
    assert_eq!(found(&data(&json!("no object"))), None);
    assert_eq!(found(&record(json!({"kinesis": {"data": "%"}}))), None);
}

#[test]
fn kafka_has_it_in_the_headers_of_the_first_record_with_some_in_each_encoding() {
    let text = |value: &str| {
        value
            .bytes()
            .map(|byte| byte.to_string())
            .collect::<Vec<_>>()
    };
    let numbers = |value: &str| json!(value.bytes().collect::<Vec<_>>());
    let strings = |value: &str| json!(text(value));
    let by_place = |value: &str| -> Value {
        // Not in their order, as a hash map gives them.
        text(value)
            .into_iter()
            .enumerate()
            .rev()
            .map(|(place, byte)| (place.to_string(), json!(byte)))
            .collect()
    };
    let encodings: [&dyn Fn(&str) -> Value; 3] = [&numbers, &strings, &by_place];
    for encode in encodings {
        let headers: Vec<Value> = carrier()
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| json!({name.to_uppercase(): encode(value.as_str().unwrap())}))
            .collect();
        let without = json!({"topic": "orders", "headers": [{"other": encode("x")}]});
        let with = json!({"topic": "orders", "headers": headers});
        assert_eq!(
            found(&json!({"records": {"orders-0": [without, with]}})),
            FOUND
        );
        assert_eq!(
            found(
                &json!({"records": {"orders-0": [without], "orders-1": {"0": without, "1": with}}})
            ),
            FOUND
        );
    }
    for value in [
        json!([300]),
        json!(["x"]),
        json!({"a": "1"}),
        json!([null]),
        json!("text"),
    ] {
        let headers = json!([{ "traceparent": value }]);
        assert_eq!(
            found(&json!({"records": {"orders-0": [{"headers": headers}]}})),
            None
        );
    }
}

#[test]
fn appsync_has_it_in_the_request_s_headers() {
    assert_eq!(
        found(&json!({"info": {}, "request": {"headers": carrier()}})),
        FOUND
    );
    assert_eq!(
        found(&json!({"headers": carrier(), "request": {"headers": other()}})),
        FOUND
    );
    assert_eq!(
        found(&json!({"headers": {}, "request": {"headers": other()}})),
        OTHER
    );
}

fn authorized(latency: Value, authorized: &str) -> Value {
    let mut data = carrier();
    data["x-datadog-authorizing-requestid"] = json!(authorized);
    data["x-datadog-parent-span-finish-time"] = json!(1_700_000_000_000_000_000_u64);
    json!({"_datadog": base64(&data), "integrationLatency": latency})
}

#[test]
fn an_authorizer_s_context_comes_before_the_headers_unless_its_result_was_cached() {
    let event = |authorizer: Value| json!({"headers": other(), "requestContext": {"requestId": "r", "authorizer": authorizer}, "body": "{}"});
    assert_eq!(found(&event(authorized(json!(46), "x"))), FOUND);
    assert_eq!(found(&event(authorized(json!("46"), "x"))), FOUND);
    assert_eq!(found(&event(authorized(json!(0), "r"))), FOUND);
    assert_eq!(found(&event(authorized(json!(0), "x"))), OTHER);
    assert_eq!(
        found(&event(json!({"lambda": authorized(Value::Null, "r")}))),
        FOUND
    );
    assert_eq!(found(&event(json!({"jwt": {}}))), OTHER);
    assert_eq!(
        found(&event(json!({"_datadog": "%", "integrationLatency": 1}))),
        OTHER
    );
}

#[test]
fn an_authorizer_s_context_can_be_switched_off() {
    let event =
        json!({"requestContext": {"requestId": "r", "authorizer": authorized(json!(1), "r")}});
    let event = RawEvent::from(event.to_string());
    let off = Settings {
        decode_authorizer: false,
        ..settings()
    };
    assert_eq!(extract(&event, &Context::default(), &off), None);
}

#[test]
fn a_durable_execution_has_it_in_its_latest_checkpoint() {
    let step = |number: &str, result: Value| json!({"Name": format!("_datadog_{number}"), "StepDetails": {"Result": result}});
    let event = |operations: Value| json!({"DurableExecutionArn": "arn", "InitialExecutionState": {"Operations": operations}});
    let text = |value: &Value| json!(value.to_string());
    let (old, new) = (step("9", text(&other())), step("10", text(&carrier())));
    assert_eq!(found(&event(json!([{"Name": "x"}, new, old]))), FOUND);
    assert_eq!(found(&event(json!({"a": old, "b": new}))), FOUND);
    assert_eq!(found(&event(json!([step("1", carrier())]))), FOUND);
    assert_eq!(
        found(&event(json!([{"Name": "_datadog_1", "Payload": CARRIER}]))),
        FOUND
    );
    assert_eq!(found(&event(json!([old, step("10", json!("{"))]))), None);
    let with_headers = json!({"DurableExecutionArn": "arn", "headers": other(), "InitialExecutionState": {"Operations": [new]}});
    assert_eq!(found(&with_headers), FOUND);
}

#[test]
fn the_x_ray_trace_is_the_parent_only_where_traces_are_merged() {
    let mut lambda = Context::default();
    lambda.xray_trace_id =
        Some("Root=1-5e272390-8c398be037738dc042009320;Parent=94ae789b969f1cc5;Sampled=1".into());
    let merging = Settings {
        merge_xray: true,
        ..settings()
    };
    let parent = |event: &str, settings: &Settings| {
        extract(&RawEvent::from(event.to_owned()), &lambda, settings)
    };

    assert_eq!(parent("{}", &settings()), None);
    let xray = parent("{}", &merging).unwrap();
    assert_eq!(xray.source, ParentSource::XRay);
    assert_eq!(
        (
            xray.context.trace_id(),
            xray.context.parent_id(),
            xray.context.sampling_priority()
        ),
        (
            3_995_693_151_288_333_088,
            10_713_633_173_203_262_661,
            Some(2)
        )
    );
    let event = sqs(&json!({"stringValue": CARRIER}));
    let merged = parent(&event, &merging).unwrap();
    assert_eq!(merged.source, ParentSource::Event);
    assert_eq!(
        (merged.context.trace_id(), merged.context.parent_id()),
        (11, 10_713_633_173_203_262_661)
    );
    assert_eq!(parent(&event, &settings()).unwrap().context.parent_id(), 12);
}

/// Broken text behind it would cost the context, if it were read.
#[test]
fn a_body_behind_the_headers_is_not_read() {
    let headers = json!({"x-datadog-trace-id": "11", "x-datadog-parent-id": "12", "x-datadog-sampling-priority": "2"});
    assert_eq!(
        ids(&format!(
            r#"{{"headers":{headers},"requestContext":{{}},"body":"{}"#,
            "x".repeat(100)
        )),
        FOUND
    );
    assert_eq!(
        ids(&format!(
            r#"{{"headers":{headers},"body":"{}"#,
            "x".repeat(100)
        )),
        FOUND
    );
}
