//! The caller sees the error that the untraced handler would have given, and the span describes it.

use emulator::Outcome;
use serde_json::json;

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
