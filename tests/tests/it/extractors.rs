//! Custom extractors: which one runs, and what happens when it finds nothing.

use emulator::Span;
use serde_json::{Value, json};

use crate::harness::Running;

/// An event in which the built-in extraction finds trace 11. `extractor` tells the extractor what to do.
fn event(extractor: &str) -> Value {
    json!({
        "extractor": extractor,
        "headers": {"x-datadog-trace-id": "11", "x-datadog-parent-id": "12"}
    })
}

/// The span and the log of one invocation. Its answer must be the same as without an extractor.
async fn invoked(function: &str, extractor: &str) -> (Span, Vec<String>) {
    let running = Running::start(function).await;
    let event = event(extractor);
    assert_eq!(running.response(event.clone()).await, event);
    (running.root(), running.into_log().await)
}

#[tokio::test]
async fn a_custom_extractor_comes_first() {
    for function in ["extracted", "extracted-plainly"] {
        let (root, log) = invoked(function, "finds").await;
        assert_eq!((root.trace_id, root.parent_id), (7, 8), "{function}");
        assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), "2");
        assert!(log.is_empty(), "{function}: {log:?}");
    }
}

#[tokio::test]
async fn an_extractor_that_finds_nothing_or_fails_is_one_log_line_and_the_built_in_extraction_goes_on()
 {
    for (function, extractor, reason) in [
        ("extracted", "finds nothing", "it returned `None`"),
        (
            "extracted",
            "finds zero",
            "trace id 0 with parent id 8 cannot be a parent",
        ),
        ("extracted", "panics", "it panicked: no extractor today"),
        (
            "extracted-plainly",
            "fails",
            r#"it returned the error "not today""#,
        ),
        (
            "extracted-plainly",
            "finds zero",
            "its carrier has no usable trace id and parent id",
        ),
        (
            "extracted-plainly",
            "finds no carrier",
            "its carrier has no usable trace id and parent id",
        ),
        (
            "extracted-plainly",
            "panics",
            "it panicked: no extractor today",
        ),
    ] {
        let (root, log) = invoked(function, extractor).await;
        assert_eq!(root.trace_id, 11, "{function} {extractor}");
        let [line] = log.as_slice() else {
            panic!("{function} {extractor}: {log:?}");
        };
        assert!(line.contains(reason), "{line}");
        assert!(
            line.ends_with("; the built-in extraction goes on"),
            "{line}"
        );
    }
}

/// The trace that a function's extractor chose in two invocations, and what was logged.
async fn chosen(function: &str, name: Option<&str>) -> (u64, Vec<String>) {
    let variable = name.map(|name| ("DD_TRACE_EXTRACTOR", name));
    let running = Running::with(function, variable.as_slice()).await;
    running.response(event("")).await;
    running.response(event("")).await;
    let traces: Vec<u64> = running.roots().iter().map(|root| root.trace_id).collect();
    assert_eq!(traces[0], traces[1]);
    (traces[0], running.into_log().await)
}

#[tokio::test]
async fn the_variable_chooses_from_the_set_by_the_path_or_as_documented() {
    for (name, trace) in [
        (None, 1),
        (Some(""), 1),
        (Some("extractors.json"), 1),
        (Some("extractors::json"), 1),
        (Some("extractors.mqtt"), 3),
        (Some("extractors::mqtt"), 3),
    ] {
        let (chosen, log) = chosen("chosen-from-a-set", name).await;
        assert_eq!(chosen, trace, "{name:?}");
        assert!(log.is_empty(), "{name:?}: {log:?}");
    }
}

#[tokio::test]
async fn an_unknown_name_is_one_log_line_with_the_known_ones_and_the_default() {
    let (chosen, log) = chosen("chosen-from-a-set", Some("extractors.xml")).await;
    assert_eq!(chosen, 1);
    assert_eq!(
        log,
        [
            "DD_TRACE_EXTRACTOR is `extractors.xml`, but the extractors are `extractors::json`, `extractors::mqtt`; the first is used"
        ]
    );
}

#[tokio::test]
async fn a_name_without_a_set_is_one_log_line_and_the_handler_s_own_extractor() {
    for (function, trace) in [("chosen-from-none", 11), ("chosen-from-one", 1)] {
        let (chosen, log) = chosen(function, Some("extractors.json")).await;
        assert_eq!(chosen, trace, "{function}");
        assert_eq!(
            log,
            [
                "DD_TRACE_EXTRACTOR is `extractors.json`, but the handler has no set to choose from; write `#[traced_handler(extractors(..))]`"
            ]
        );
    }
}

#[tokio::test]
async fn an_extractor_that_never_ends_is_dropped_after_its_time_and_the_built_in_extraction_goes_on()
 {
    let variables = [("DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS", "20")];
    let running = Running::with("extracted", &variables).await;
    let event = event("never ends");
    assert_eq!(running.response(event.clone()).await, event);
    let root = running.root();
    assert_eq!((root.trace_id, root.parent_id), (11, 12));
    let log = running.into_log().await;
    let [line] = log.as_slice() else {
        panic!("{log:?}");
    };
    assert!(line.contains("it took longer than 20 ms"), "{line}");
    assert!(
        line.contains("DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS"),
        "{line}"
    );
}
