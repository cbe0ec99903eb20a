//! The caller of the function gets what the untraced function would have returned.

use emulator::Outcome;
use serde_json::json;

use crate::harness::Running;

/// The outcomes of the bare and the traced handler for the same event.
async fn compare(event: &str) -> (Outcome, Outcome) {
    let (bare, traced) = tokio::join!(Running::start("bare"), Running::start("order"));
    (bare.invoke(event).await, traced.invoke(event).await)
}

#[tokio::test]
async fn a_response_is_untouched() {
    let (bare, traced) = compare(r#"{"orderId":"1"}"#).await;
    assert_eq!(bare, traced);
    assert_eq!(bare, Outcome::Response(r#"{"placed":"1"}"#.into()));
}

#[tokio::test]
async fn an_error_is_untouched() {
    let (bare, traced) = compare(r#"{"orderId":"error"}"#).await;
    assert_eq!(bare, traced);
    assert!(matches!(bare, Outcome::Error(error) if error.error_message == "no stock"));
}

#[tokio::test]
async fn a_panic_is_untouched() {
    let (bare, traced) = compare(r#"{"orderId":"panic"}"#).await;
    assert_eq!(bare, traced);
    assert!(
        matches!(bare, Outcome::Error(error) if error.error_message.contains("the till is on fire"))
    );
}

#[tokio::test]
async fn an_event_that_does_not_fit_gets_the_same_error() {
    for event in [
        r#"{"orderId":1}"#,
        "{}",
        "[]",
        "null",
        r#""text""#,
        r#"{"orderId":"1""#,
        "",
    ] {
        let (bare, traced) = compare(event).await;
        assert!(matches!(bare, Outcome::Error(_)), "{event}: {bare:?}");
        assert_eq!(bare, traced, "{event}");
    }
}

#[tokio::test]
async fn bytes_after_the_event_are_ignored_as_before() {
    let (bare, traced) = compare(r#"{"orderId":"1"} {"#).await;
    assert_eq!(bare, traced);
}

#[tokio::test]
async fn a_panic_ends_the_invocation_and_not_the_process() {
    let mut running = Running::start("order").await;
    running.error(json!({"orderId": "panic"})).await;
    assert_eq!(
        running.response(json!({"orderId": "2"})).await,
        json!({"placed": "2"})
    );
    assert!(running.lives());
    assert_eq!(running.roots().len(), 2);
}

#[tokio::test]
async fn every_way_of_running_gives_the_same_answer() {
    for name in [
        "order",
        "order-concurrently",
        "order-without-layer",
        "order-with-layer",
    ] {
        let running = Running::start(name).await;
        let event = json!({"orderId": "1"});
        assert_eq!(
            running.response(event).await,
            json!({"placed": "1"}),
            "{name}"
        );
        assert_eq!(running.roots().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn the_runtime_s_own_error_type_for_an_unfit_event_is_still_the_one_we_repeat() {
    let bare = Running::start("bare").await;
    let error = bare.error("{}").await;
    assert_eq!(
        error.error_type,
        "&lambda_runtime::deserializer::DeserializeError"
    );
}
