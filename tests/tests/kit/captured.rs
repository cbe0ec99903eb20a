//! Payload capture.

use dd_trace_runtime::testing::Invocation;
use serde_json::{Value, json};

use crate::echo;

async fn tags(event: &Value, variables: &[(&str, &str)]) -> Vec<(String, String)> {
    let invocation = Invocation::of(event);
    let set = |invocation: Invocation, (name, value): &(&str, &str)| invocation.env(name, value);
    let outcome = variables.iter().fold(invocation, set).run(echo).await;
    let captured = |(key, _): &(&String, &String)| key.starts_with("function.re");
    let meta = outcome.root().meta.iter().filter(captured);
    meta.map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

#[tokio::test]
async fn event_and_response_become_tags_without_secrets_if_a_setting_asks_for_it() {
    let event = json!({"order": {"id": 7, "Password": 1234}, "lines": ["a"]});
    assert_eq!(tags(&event, &[]).await, []);
    let captured = tags(&event, &[("DD_CAPTURE_LAMBDA_PAYLOAD", "true")]).await;
    let expected = [
        ("function.request.lines.0", "a"),
        ("function.request.order.Password", "redacted"),
        ("function.request.order.id", "7"),
        ("function.response.lines.0", "a"),
        ("function.response.order.Password", "redacted"),
        ("function.response.order.id", "7"),
    ];
    assert_eq!(
        captured,
        expected.map(|(key, value)| (key.to_owned(), value.to_owned()))
    );
}

#[tokio::test]
async fn everything_below_the_deepest_level_is_one_tag() {
    let depth = [
        ("DD_CAPTURE_LAMBDA_PAYLOAD", "true"),
        ("DD_CAPTURE_LAMBDA_PAYLOAD_MAX_DEPTH", "1"),
    ];
    let captured = tags(&json!({"order": {"id": 7, "token": "t"}}), &depth).await;
    let expected = r#"{"id":7,"token":"redacted"}"#.to_owned();
    assert_eq!(captured[0], ("function.request.order".to_owned(), expected));
}

#[tokio::test]
async fn all_captured_tags_of_a_wide_event_are_sent() {
    let event = json!((0..1000).collect::<Vec<u32>>());
    let captured = tags(&event, &[("DD_CAPTURE_LAMBDA_PAYLOAD", "true")]).await;
    assert_eq!(captured.len(), 400);
}
