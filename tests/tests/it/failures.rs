//! The caller sees the error that the untraced handler would have given, and the span describes it.

use emulator::{Invocation, Outcome};
use serde_json::json;
use tests_support::FunctionProcess;

use crate::harness::Running;

/// What the caller got from the traced handler, which must be the same as from the bare one, and the tags `error.type`
/// and `error.message` of the span.
async fn compare(error: &str) -> (Outcome, String, String) {
    let (bare, traced) = (
        format!("fails-bare {error}"),
        format!("fails-traced {error}"),
    );
    let (bare, traced) = tokio::join!(Running::start(&bare), Running::start(&traced));
    let (expected, outcome) = tokio::join!(bare.invoke(json!({})), traced.invoke(json!({})));
    assert_eq!(outcome, expected, "{error}");
    let root = traced.root();
    let tag = |name: &str| root.meta.get(name).cloned().unwrap_or_default();
    (outcome, tag("error.type"), tag("error.message"))
}

#[tokio::test]
async fn every_error_that_lambda_runtime_accepts_is_untouched_and_described() {
    for (error, kind, message) in [
        ("error", "Flood", "the cellar is flooded"),
        ("local error", "Flood", "the cellar is flooded"),
        ("anyhow", "Flood", "no delivery"),
        ("own enum", "Stock::Empty", "none of 7"),
        ("only into", "only", "into"),
        ("io", "std::io::error::Error", "the cellar is flooded"),
        ("string", "String", "no string"),
        ("str", "str", "no str"),
        ("diagnostic", "kind", "message"),
    ] {
        let (outcome, error_type, error_message) = compare(error).await;
        assert!(matches!(outcome, Outcome::Error(_)), "{error}: {outcome:?}");
        assert_eq!((&*error_type, &*error_message), (kind, message), "{error}");
    }
}

#[tokio::test]
async fn a_handler_that_cannot_fail_is_accepted() {
    let (outcome, error_type, _) = compare("infallible").await;
    assert_eq!(outcome, Outcome::Response("\"never\"".into()));
    assert_eq!(error_type, "");
}

#[tokio::test]
async fn the_sources_of_an_error_are_its_stack_whatever_wraps_it() {
    for error in ["traced anyhow", "traced deep", "traced deep in a box"] {
        let running = Running::start(&format!("fails-{error}")).await;
        running.error(json!({})).await;
        let root = running.root();
        let stack = root.meta.get("error.stack").map(String::as_str);
        assert_eq!(
            stack,
            Some("no delivery\ncaused by: the cellar is flooded"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_panic_has_its_place_and_the_user_s_own_hook_is_called() {
    let running = Running::start("order").await;
    running.error(json!({"orderId": "panic"})).await;
    let root = running.root();
    assert_eq!(root.meta["error.type"], "panic");
    assert_eq!(root.meta["error.message"], "the till is on fire");
    let place = &root.meta["error.stack"];
    assert!(place.contains("src/bin/function/main.rs:"), "{place}");
    let said = "the till is on fire";
    // Our hook prints nothing; the standard library's does.
    assert!(running.into_lines().await.iter().any(|line| line == said));
}

#[tokio::test]
async fn tracing_prints_no_error_for_developers_that_lambda_runtime_does_not_print() {
    for name in ["secret", "secret-without-layer", "deep-secret"] {
        let running = Running::start(&format!("composed-{name}")).await;
        for _ in 0..2 {
            let error = running.error(json!({})).await;
            assert_eq!(error.error_type, "Hidden", "{name}");
            assert_eq!(error.error_message, "no stock", "{name}");
        }
        for root in running.roots() {
            assert_eq!(root.meta["error.message"], "no stock", "{name}");
        }
        assert_eq!(running.roots().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn a_client_context_that_lambda_runtime_refuses_ends_the_process_as_without_tracing() {
    for custom in [
        json!({"_datadog": {"x-datadog-trace-id": "1"}}),
        json!({"x-datadog-trace-id": 1}),
        json!(null),
    ] {
        let mut ends = Vec::new();
        for name in ["bare", "order", "order-without-layer", "order-with-layer"] {
            let mut running = Running::start(name).await;
            let FunctionProcess { api, process } = &mut running.function;
            let invocation = Invocation {
                client_context: Some(json!({"custom": custom}).to_string()),
                ..Invocation::new(r#"{"orderId":"1"}"#)
            };
            let ended = tokio::select! {
                status = process.wait() => status.unwrap(),
                outcome = api.invoke(invocation) => panic!("{name} {custom}: {outcome:?}"),
            };
            assert_eq!(running.tree(), "", "{name} {custom}");
            ends.push((name, ended.code()));
        }
        assert!(
            ends.iter().all(|(_, code)| *code == Some(1)),
            "{custom}: {ends:?}"
        );
    }
}
