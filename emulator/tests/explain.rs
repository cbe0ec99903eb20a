//! The binary `explain`, as a person calls it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test, as its own lines do"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

const TRACE_ID: &str = "7277407061855694839";

fn carrier() -> Value {
    json!({"x-datadog-trace-id": TRACE_ID, "x-datadog-parent-id": "321", "x-datadog-sampling-priority": "1"})
}

fn sqs(attribute: &str) -> Value {
    json!({"Records": [{
        "eventSource": "aws:sqs", "eventSourceARN": "arn:aws:sqs:eu-west-1:1:orders", "body": "order",
        "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": attribute}},
    }]})
}

/// A file of this test's own.
fn file(name: &str, json: &Value) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("explain-{name}.json"));
    std::fs::write(&path, json.to_string()).unwrap();
    path
}

fn explain() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_explain"));
    command.env_clear();
    command
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn lost(name: &str, event: &Value) -> String {
    let carrier = file(&format!("{name}-carrier"), &carrier());
    let event = file(&format!("{name}-event"), event);
    let text = text(&explain().arg(carrier).arg(event).output().unwrap());
    text.lines().next().unwrap().to_owned()
}

#[test]
fn an_event_in_a_file() {
    let event = file("plain", &sqs(&carrier().to_string()));
    let text = text(&explain().arg(event).output().unwrap());
    assert!(
        text.starts_with("Trace context found: Records[0].messageAttributes._datadog"),
        "{text}"
    );
}

#[test]
fn a_log_line_on_standard_input() {
    let mut child = explain()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = format!(
        "2026-11-28T05:00:00Z INFO got {}\n",
        json!({"_datadog": carrier()})
    );
    child
        .stdin
        .take()
        .unwrap()
        .write_all(line.as_bytes())
        .unwrap();
    let text = text(&child.wait_with_output().unwrap());
    assert!(text.starts_with("Trace context found: _datadog"), "{text}");
}

#[test]
fn tools_get_json() {
    let event = file("tools", &json!({"_datadog": carrier()}));
    let text = text(&explain().arg("--json").arg(event).output().unwrap());
    let json: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(json["parent"]["place"], "_datadog");
}

#[test]
fn a_missing_file_fails() {
    let output = explain().arg("no-such-event.json").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-event.json"));
}

#[test]
fn files_in_the_wrong_order_are_told() {
    let story = {
        let (event, carrier) = (
            file("swapped-event", &json!({})),
            file("swapped-carrier", &carrier()),
        );
        text(&explain().arg(event).arg(carrier).output().unwrap())
    };
    assert!(
        story.contains("give the producer's carrier first"),
        "{story}"
    );
}

#[test]
fn help_is_no_error() {
    for argument in ["--help", "-h"] {
        let text = text(&explain().arg(argument).output().unwrap());
        assert!(text.starts_with("usage: explain"), "{text}");
    }
}

#[test]
fn it_says_where_the_context_got_lost() {
    let whole = carrier().to_string();
    let arrived = lost("arrived", &sqs(&whole));
    assert!(
        arrived.starts_with("Not lost: the consumer continues"),
        "{arrived}"
    );

    let between = lost("between", &sqs(&whole.replace("321", "654")));
    assert!(
        between.contains("in the same trace, below span 654"),
        "{between}"
    );

    let other = lost("other", &sqs(&whole.replace(TRACE_ID, "9")));
    assert!(other.starts_with("Another trace won"), "{other}");

    let gone = lost("gone", &sqs("{}"));
    assert!(gone.contains("nowhere in the event"), "{gone}");
}

#[test]
fn it_finds_the_id_where_no_source_looks() {
    let base64 = "eyJ4LWRhdGFkb2ctdHJhY2UtaWQiOiI3Mjc3NDA3MDYxODU1Njk0ODM5In0=";
    let bytes: Vec<u8> = TRACE_ID.bytes().collect();
    for (name, event, place) in [
        (
            "member",
            json!({"meta": {"trace": carrier()}}),
            "meta.trace.x-datadog-trace-id",
        ),
        (
            "number",
            json!({"meta": {"id": 7_277_407_061_855_694_839_u64}}),
            "meta.id",
        ),
        (
            "hex",
            json!({"ids": ["00-000000000000000064fe8b2a57d3eff7-00-01"]}),
            "ids[0]",
        ),
        (
            "base64",
            json!({"data": base64}),
            "data (Base64) (JSON).x-datadog-trace-id",
        ),
        ("bytes", json!({"header": bytes}), "header"),
        (
            "text",
            sqs(&json!({"x-datadog-trace-id": TRACE_ID}).to_string()),
            "Records[0].messageAttributes._datadog.stringValue (JSON).x-datadog-trace-id",
        ),
    ] {
        let story = lost(name, &event);
        assert!(story.contains(&format!("at `{place}`")), "{name}: {story}");
        let is_read = name == "text";
        assert_eq!(
            story.contains("A source reads that place"),
            is_read,
            "{story}"
        );
        assert_eq!(story.contains("write an extractor"), !is_read, "{story}");
    }
}

#[test]
fn a_carrier_without_a_context_was_lost_at_the_producer() {
    let carrier = file("empty-carrier", &json!({"x-datadog-trace-id": "0"}));
    let event = file("empty-event", &json!({}));
    let text = text(&explain().arg(carrier).arg(event).output().unwrap());
    assert!(text.starts_with("Lost at the producer"), "{text}");
}
