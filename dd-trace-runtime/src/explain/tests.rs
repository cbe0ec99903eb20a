//! The text for each event in a folder, compared with a file and with what the extraction found.
//!
//! `BLESS=1 cargo test -p dd-trace-runtime --lib -- explain` rewrites the texts.

use std::fs;
use std::path::{Path, PathBuf};

use lambda_runtime::Context;
use opentelemetry::trace::FutureExt;
use serde_json::Value;

use super::{explain_in, explain_with};
use crate::config::Config;
use crate::context::carrier::Carrier;
use crate::event::raw::RawEvent;
use crate::extraction::extract;
use crate::extraction::extractor::Extractor;
use crate::telemetry::Telemetry;

fn telemetry(vars: &[(&str, &str)]) -> Telemetry {
    Telemetry::new(Config::from_vars(|name| {
        let mut vars = vars.iter().chain(&[("DD_SERVICE", "shop")]);
        vars.find_map(|(key, value)| (*key == name).then(|| (*value).to_owned()))
    }))
}

fn event(text: &str) -> RawEvent {
    RawEvent::from(text.to_owned())
}

fn text(vars: &[(&str, &str)], json: &str) -> String {
    explain_in(&telemetry(vars), &event(json), &Context::default()).to_string()
}

fn cases() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/explain/cases");
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|entry| entry.unwrap().path());
    let mut cases: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    cases.sort();
    cases
}

#[test]
fn each_event_has_its_text() {
    let cases = cases();
    assert!(cases.len() >= 10);
    for case in cases {
        let explained = text(&[], &fs::read_to_string(&case).unwrap());
        let expected = case.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &explained).unwrap();
        }
        assert_eq!(
            explained,
            fs::read_to_string(&expected).unwrap_or_default(),
            "{}",
            case.display()
        );
    }
}

#[test]
fn it_tells_what_the_extraction_found() {
    let telemetry = telemetry(&[]);
    let lambda = Context::default();
    for case in cases() {
        let event = event(&fs::read_to_string(&case).unwrap());
        let found = extract(&event, &lambda, telemetry.extraction());
        let explained = explain_in(&telemetry, &event, &lambda);
        let found = found.map(|parent| parent.context);
        assert_eq!(explained.parent(), found.as_ref(), "{}", case.display());
        let used = explained.sources.iter().flat_map(|source| &source.places);
        let used = used.filter(|place| place.used).count();
        assert_eq!(used, usize::from(found.is_some()), "{}", case.display());
    }
}

fn carrier_of(event: &Value) -> Option<Carrier> {
    serde_json::from_value(event["detail"].clone()).ok()
}

async fn failing(_: &str) -> Result<Carrier, std::fmt::Error> {
    Err(std::fmt::Error)
}

async fn text_with<Signature, F: Extractor<Signature>>(extractor: F, json: &str) -> String {
    let context = opentelemetry::Context::new();
    let context = telemetry(&[]).attach_to(&context);
    let explain = async { explain_with(extractor, &event(json), &Context::default()).await };
    explain.with_context(context).await.to_string()
}

#[tokio::test]
async fn the_extractor_s_answer_comes_first() {
    let whole = r#"{"detail":{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}}"#;
    let used = text_with(carrier_of, whole).await;
    assert!(
        used.starts_with("Trace context found: what the extractor returned"),
        "{used}"
    );
    assert!(used.contains("carrier_of`: USED\n\nSpans:"), "{used}");

    let parts = r#"{"detail":{"x-datadog-trace-id":"1"},"_datadog":{"x-datadog-trace-id":"3","x-datadog-parent-id":"4"}}"#;
    for (passed_over, reason) in [
        (
            text_with(carrier_of, parts).await,
            "no usable trace id and parent id",
        ),
        (
            text_with(failing, parts).await,
            "it returned the error Error",
        ),
        (
            text_with(|_: &u8| None::<Carrier>, parts).await,
            "doesn't fit its parameter `u8`",
        ),
        (
            text_with(|_: &str| -> Option<Carrier> { panic!("no order") }, parts).await,
            "it panicked: no order",
        ),
    ] {
        let (_, told) = passed_over.split_once("passed over: ").unwrap();
        assert!(
            told.lines().next().unwrap().contains(reason),
            "{passed_over}"
        );
        assert!(
            passed_over.starts_with("Trace context found: _datadog"),
            "{passed_over}"
        );
    }
}

#[tokio::test]
async fn a_carrier_that_the_extractor_missed_is_pointed_out() {
    let whole = r#"{"detail":{},"order":"{\"trace\":{\"traceparent\":\"00\"}}"}"#;
    let missed = text_with(carrier_of, whole).await;
    let note = "Note: `order (JSON).trace` looks like a carrier, but neither a source nor `";
    assert!(missed.contains(note), "{missed}");
    assert!(missed.contains("carrier_of` has read it; let"), "{missed}");
}

#[test]
fn settings_that_hide_a_carrier_are_named() {
    let carrier = r#"{"_datadog":{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}}"#;
    let told = |name: &str, value: &str| text(&[(name, value)], carrier);

    let w3c = told("DD_TRACE_PROPAGATION_STYLE", "tracecontext");
    assert!(
        w3c.contains("style that isn't read; DD_TRACE_PROPAGATION_STYLE_EXTRACT is `tracecontext`"),
        "{w3c}"
    );
    let none = told("DD_TRACE_PROPAGATION_STYLE", "none");
    assert!(none.contains("no propagation style is read"), "{none}");
    let off = told("DD_TRACE_ENABLED", "false");
    assert!(off.contains("DD_TRACE_ENABLED is `false`"), "{off}");
    assert!(!off.contains("Spans:"), "{off}");
    let ignored = told("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", "ignore");
    assert!(
        ignored.contains("BEHAVIOR_EXTRACT is `ignore`"),
        "{ignored}"
    );
    let restarted = told("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", "restart");
    assert!(
        restarted.contains("a new trace begins all the same"),
        "{restarted}"
    );
}

#[test]
fn nothing_of_an_event_is_shown_but_propagation_headers() {
    let explained = text(
        &[],
        r#"{"headers":{"authorization":"Bearer s3cret","cookie":"s3cret"},"_datadog":{"password":"s3cret"},"body":"s3cret"}"#,
    );
    assert!(!explained.contains("s3cret"), "{explained}");
}

#[test]
fn a_line_is_short_and_printable_whatever_the_event_is() {
    let long = "9".repeat(1 << 20);
    let json = serde_json::json!({"_datadog": {"x-datadog-trace-id": format!("\r\n\u{1b}[2J{long}"), "traceparent": long}});
    let explained = text(&[], &json.to_string());
    assert!(explained.len() < 4_096, "{}", explained.len());
    let is_odd = |character: char| character.is_control() && character != '\n';
    assert!(!explained.contains(is_odd), "{explained}");
}

#[test]
fn tools_get_the_explanation_as_json() {
    let telemetry = telemetry(&[]);
    let event = event(r#"{"_datadog":{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}}"#);
    let explained = explain_in(&telemetry, &event, &Context::default());
    let json = serde_json::to_value(&explained).unwrap();
    assert_eq!(json["parent"]["place"], "_datadog");
    assert_eq!(json["parent"]["parent_id"], 2);
    assert_eq!(json["spans"][0]["name"], "aws.lambda");
}
