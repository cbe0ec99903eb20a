//! The caller of the function gets what the untraced function would have returned.

use emulator::Outcome;
use serde_json::json;

use crate::harness::Running;

#[tokio::test]
async fn every_outcome_is_that_of_the_untraced_function() {
    for (event, said) in [
        (r#"{"orderId":"1"}"#, r#"{"placed":"1"}"#),
        (r#"{"orderId":"1"} {"#, r#"{"placed":"1"}"#),
        (r#"{"orderId":"error"}"#, "no stock"),
        (r#"{"orderId":"panic"}"#, "the till is on fire"),
        (r#"{"orderId":1}"#, "DeserializeError"),
        ("{}", "DeserializeError"),
        ("[]", "DeserializeError"),
        ("null", "DeserializeError"),
        (r#""text""#, "DeserializeError"),
        (r#"{"orderId":"1""#, "DeserializeError"),
        ("", "DeserializeError"),
    ] {
        let (bare, traced) = tokio::join!(Running::start("bare"), Running::start("order"));
        let (bare, traced) = (bare.invoke(event).await, traced.invoke(event).await);
        assert_eq!(bare, traced, "{event}");
        let text = match &bare {
            Outcome::Response(body) => String::from_utf8_lossy(body).into_owned(),
            failure => failure.to_string(),
        };
        assert!(text.contains(said), "{event}: {text}");
    }
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
