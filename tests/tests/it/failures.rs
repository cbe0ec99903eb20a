//! The caller sees the error that the untraced handler would have given, and the span says what it was.

use emulator::Outcome;
use serde_json::json;

use crate::harness::Running;

/// What the caller got from the traced handler, which is the same as from the bare one, and the tags
/// `error.type` and `error.message` of the span.
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
        ("anyhow", "Error", "no delivery"),
        ("own enum", "Stock", "Empty { sku: 7 }"),
        ("only into", "OnlyInto", "OnlyInto"),
        ("io", "Error", "the cellar is flooded"),
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
async fn a_handler_that_cannot_fail_is_a_handler() {
    let (outcome, error_type, _) = compare("infallible").await;
    assert_eq!(outcome, Outcome::Response("\"never\"".into()));
    assert_eq!(error_type, "");
}
