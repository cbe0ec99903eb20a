//! Events and what they say.

mod batches;
mod producers;
mod repeated;
mod sources;
mod step_functions;

use std::borrow::Cow;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use lambda_runtime::Context;
use serde_json::{Value, json};

use super::{Parent, Settings, extract, extract_all};
use crate::context::propagation::DatadogPropagator;
use crate::event::raw::RawEvent;
use crate::event::trigger::Trigger;

const CARRIER: &str =
    r#"{"x-datadog-trace-id":"11","x-datadog-parent-id":"12","x-datadog-sampling-priority":"2"}"#;

fn carrier() -> Value {
    serde_json::from_str(CARRIER).unwrap()
}

fn settings() -> Settings {
    Settings {
        propagator: DatadogPropagator::default(),
        decode_authorizer: true,
        merge_xray: false,
    }
}

/// Trace id, parent id and priority.
fn ids(event: &str) -> Option<(u128, u64, Option<i8>)> {
    let event = RawEvent::from(event.to_owned());
    let found = extract(&event, &Context::default(), &settings());
    both_questions_agree(&event, found.as_ref());
    let context = found?.context;
    Some((
        context.trace_id(),
        context.parent_id(),
        context.sampling_priority(),
    ))
}

/// A caller that also asks what invoked the function gets the same parent, and extraction hands detection what
/// detection would have read.
fn both_questions_agree(event: &RawEvent, found: Option<&Parent>) {
    let lambda = Context::default();
    let settings = settings();
    let upstream = extract_all(event, &lambda, &settings);
    assert_eq!(upstream.parent.as_ref(), found, "{event:?}");
    let tell = |trigger: Option<Trigger<'_>>| {
        trigger.map(|trigger| {
            let arn = trigger.arn(&lambda).map(Cow::into_owned);
            let details = trigger.details(&lambda);
            let (request, span) = (details.http, details.inferred);
            format!("{:?} {arn:?} {request:?} {span:?}", trigger.kind())
        })
    };
    // The authorizer of a request is found by extraction alone.
    if upstream.trigger.as_ref().is_none_or(|it| !it.is_http()) || found.is_none() {
        assert_eq!(tell(upstream.trigger), tell(Trigger::detect(event)));
    }
}

const FOUND: Option<(u128, u64, Option<i8>)> = Some((11, 12, Some(2)));

fn sqs(attribute: &Value) -> String {
    json!({"Records": [{"messageAttributes": {"other": {}, "_datadog": attribute}}]}).to_string()
}

#[test]
fn header_names_count_in_any_case_and_header_values_may_be_lists() {
    for headers in [
        r#"{"X-Datadog-Trace-Id":"11","X-DATADOG-PARENT-ID":"12","x-datadog-sampling-priority":"2"}"#,
        r#"{"x-datadog-trace-id":["11","99"],"x-datadog-parent-id":["12"],"x-datadog-sampling-priority":["2"]}"#,
        r#"{"accept":[],"n":null,"x-datadog-trace-id":"11","x-datadog-parent-id":"12","x-datadog-sampling-priority":"2"}"#,
    ] {
        assert_eq!(
            ids(&format!(r#"{{"headers":{headers}}}"#)),
            FOUND,
            "{headers}"
        );
        assert_eq!(
            ids(&format!(r#"{{"multiValueHeaders":{headers}}}"#)),
            FOUND,
            "{headers}"
        );
    }
}

#[test]
fn the_two_kinds_of_headers_complete_each_other() {
    let event = json!({
        "headers": {"x-datadog-trace-id": "11"},
        "multiValueHeaders": {
            "x-datadog-trace-id": ["77"], "X-Datadog-Parent-Id": ["12"], "x-datadog-sampling-priority": ["2"]
        }
    });
    assert_eq!(ids(&event.to_string()), FOUND);
    let event = json!({"headers": null, "multiValueHeaders": carrier()});
    assert_eq!(ids(&event.to_string()), FOUND);
}

#[test]
fn the_headers_of_a_request_are_told_alike_in_whatever_order_they_come() {
    let headers = r#""headers":{"User-Agent":"one","Referer":"","traceparent":"x"},"#;
    let multi_value = r#""multiValueHeaders":{"user-agent":["two"],"referer":["three"]},"#;
    let context = r#""requestContext":{"stage":"prod","domainName":"d","apiId":"a"}"#;
    for event in [
        format!("{{{headers}{multi_value}{context}}}"),
        format!("{{{multi_value}{headers}{context}}}"),
        format!("{{{multi_value}{headers}{headers}{context}}}"),
    ] {
        assert_eq!(ids(&event), None);
        let event = RawEvent::from(event);
        let settings = settings();
        let upstream = extract_all(&event, &Context::default(), &settings);
        let details = upstream.trigger.unwrap().details(&Context::default());
        let request = details.http.unwrap();
        assert_eq!(request.user_agent.as_deref(), Some("one"));
        assert_eq!(request.referer.as_deref(), Some("three"));
    }
}

#[test]
fn w3c_headers_alone_are_enough() {
    let event = json!({"headers": {
        "traceparent": "00-0000000000000000000000000000000b-000000000000000c-01", "tracestate": "dd=s:2"
    }});
    assert_eq!(ids(&event.to_string()), FOUND);
}

#[test]
fn a_missing_priority_keeps_the_trace_unless_a_browser_left_it_to_us() {
    let event = json!({"headers": {"x-datadog-trace-id": "11", "x-datadog-parent-id": "12"}});
    assert_eq!(ids(&event.to_string()), Some((11, 12, Some(1))));
    let event = json!({"headers": {
        "x-datadog-trace-id": "11", "x-datadog-parent-id": "12", "x-datadog-origin": "rum"
    }});
    assert_eq!(ids(&event.to_string()), Some((11, 12, None)));
}

#[test]
fn the_sqs_attribute_counts_by_the_value_that_is_there() {
    let base64 = BASE64_STANDARD.encode(CARRIER);
    for attribute in [
        json!({"dataType": "String", "stringValue": CARRIER}),
        json!({"dataType": "String.trace", "stringValue": CARRIER, "binaryValue": null}),
        json!({"stringValue": CARRIER}),
        json!({"dataType": "Binary", "binaryValue": base64}),
        json!({"dataType": "Binary.trace", "binaryValue": base64}),
        json!({"dataType": "Binary", "stringValue": CARRIER}),
        json!({"dataType": "Binary", "stringValue": "", "binaryValue": base64}),
        json!({"Type": "Binary", "Value": base64}),
        json!({"Type": "String", "Value": CARRIER}),
    ] {
        assert_eq!(ids(&sqs(&attribute)), FOUND, "{attribute}");
    }
}

#[test]
fn only_the_first_record_counts() {
    let second = json!({"messageAttributes": {"_datadog": {"stringValue": CARRIER}}});
    let event = json!({"Records": [{"body": "{}"}, second]});
    assert_eq!(ids(&event.to_string()), None);
}

#[test]
fn the_payload_counts_in_each_shape() {
    for value in [
        carrier(),
        json!(CARRIER),
        json!({"DataType": "String", "StringValue": CARRIER}),
        json!({"dataType": "Binary", "binaryValue": BASE64_STANDARD.encode(CARRIER)}),
    ] {
        assert_eq!(
            ids(&json!({"id": 1, "_datadog": value}).to_string()),
            FOUND,
            "{value}"
        );
    }
}

#[test]
fn what_is_no_carrier_is_nothing() {
    for event in [
        "",
        "{",
        "null",
        "1",
        "\"text\"",
        "[]",
        "{}",
        "[{}]",
        "\u{0}",
        "{\"headers\"",
        r#"{"headers":null}"#,
        r#"{"headers":[]}"#,
        r#"{"headers":"x-datadog-trace-id"}"#,
        r#"{"headers":{"x-datadog-trace-id":11,"x-datadog-parent-id":12}}"#,
        r#"{"Records":null}"#,
        r#"{"Records":[]}"#,
        r#"{"Records":{}}"#,
        r#"{"Records":[null]}"#,
        r#"{"Records":[[]]}"#,
        r#"{"Records":[{"messageAttributes":null}]}"#,
        r#"{"Records":[{"messageAttributes":{"_datadog":null}}]}"#,
        r#"{"Records":[{"messageAttributes":{"_datadog":{"stringValue":1}}}]}"#,
        r#"{"Records":[{"messageAttributes":{"_datadog":{"binaryValue":"%%%"}}}]}"#,
        r#"{"Records":[{"messageAttributes":{"_datadog":{"binaryValue":"/w=="}}}]}"#,
        r#"{"Records":[{"messageAttributes":{"_datadog":{"stringValue":"[1]"}}}]}"#,
        r#"{"_datadog":null}"#,
        r#"{"_datadog":"text"}"#,
        r#"{"_datadog":"null"}"#,
        r#"{"_datadog":[1]}"#,
        r#"{"_datadog":{}}"#,
    ] {
        assert_eq!(ids(event), None, "{event}");
    }
}

#[test]
fn bytes_that_are_not_text_are_nothing() {
    for bytes in [
        &b"\xff\xfe"[..],
        b"{\"headers\":{\"x-datadog-trace-id\":\"\xff\"}}",
    ] {
        let event = RawEvent::from(bytes.to_vec());
        assert!(extract(&event, &Context::default(), &settings()).is_none());
    }
}

#[test]
fn deep_nesting_is_stepped_over() {
    let deep = "[".repeat(200_000) + &"]".repeat(200_000);
    assert_eq!(
        ids(&format!(r#"{{"a":{deep},"_datadog":{CARRIER}}}"#)),
        FOUND
    );
    assert_eq!(
        ids(&format!(
            r#"{{"headers":{{"n":{deep}}},"_datadog":{CARRIER}}}"#
        )),
        FOUND
    );
    assert_eq!(ids(&format!(r#"{{"_datadog":{deep}}}"#)), None);
}

/// Broken text after the context would be an error to a reader that goes on.
#[test]
fn nothing_is_read_behind_a_context_that_settles_the_question() {
    assert_eq!(ids(&format!(r#"{{"headers":{CARRIER},"body":"#)), FOUND);
    let attribute = json!({"stringValue": CARRIER});
    assert_eq!(
        ids(&format!(
            r#"{{"Records":[{{"messageAttributes":{{"_datadog":{attribute}}}}},"#
        )),
        FOUND
    );
}

#[test]
fn a_key_with_escapes_is_the_same_key() {
    assert_eq!(ids(&format!(r#"{{"\u005fdatadog":{CARRIER}}}"#)), FOUND);
}

#[test]
fn a_carrier_text_that_is_cut_off_is_none() {
    let (cut, _) = CARRIER.split_at(CARRIER.len() - 1);
    assert_eq!(ids(&sqs(&json!({"stringValue": cut}))), None);
    assert_eq!(ids(&json!({"_datadog": cut}).to_string()), None);
    assert_eq!(
        ids(&sqs(&json!({"stringValue": format!("{CARRIER} ")}))),
        FOUND
    );
}
