//! Layers outside of the handler that change its outcome: the span tells what the caller got.

use emulator::{Outcome, Span};
use serde_json::{Value, json};

use crate::harness::Running;

/// A request to an HTTP API that asks for `status`.
fn request(status: u16) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/",
        "rawQueryString": status.to_string(),
        "headers": {},
        "requestContext": {
            "apiId": "a1",
            "domainName": "shop.example",
            "http": {"method": "GET", "path": "/"},
            "stage": "$default"
        }
    })
}

/// What the caller got, and the one span of the invocation.
async fn ask(how: &str, status: u16) -> (Outcome, Span) {
    let running = Running::start(&format!("outside-{how}")).await;
    let outcome = running.invoke(request(status)).await;
    (outcome, running.root())
}

/// The tags `http.status_code` and `error.type`, and whether the span is an error.
fn told(span: &Span) -> (&str, &str, bool) {
    let tag = |name| span.meta.get(name).map_or("", String::as_str);
    (tag("http.status_code"), tag("error.type"), span.error == 1)
}

#[tokio::test]
async fn the_span_tells_the_outcome_that_is_posted() {
    for (how, asked, expected) in [
        ("nothing", 404, ("404", "", false)),
        ("nothing", 0, ("502", "shop.Asked", true)),
        ("layer", 404, ("404", "", false)),
        ("layer", 0, ("502", "shop.Asked", true)),
        ("nested", 404, ("404", "", false)),
        ("nested", 0, ("502", "shop.Dispatched", true)),
        ("twice", 201, ("201", "", false)),
        ("twice", 0, ("502", "shop.Asked", true)),
        ("rescued", 200, ("200", "", false)),
        ("rescued", 0, ("503", "", true)),
        ("refused", 200, ("502", "shop.Refused", true)),
        ("refused", 0, ("502", "shop.Asked", true)),
        ("retry", 0, ("502", "shop.Asked", true)),
    ] {
        let (outcome, span) = ask(how, asked).await;
        assert_eq!(told(&span), expected, "{how} {asked}: {outcome:?}");
        match outcome {
            Outcome::Response(response) => {
                let posted: Value = serde_json::from_slice(&response).unwrap();
                assert_eq!(
                    posted["statusCode"].to_string(),
                    expected.0,
                    "{how} {asked}"
                );
            }
            Outcome::Error(error) => assert_eq!(error.error_type, expected.1, "{how} {asked}"),
            other => panic!("{how} {asked}: {other:?}"),
        }
    }
}

#[tokio::test]
async fn an_invocation_without_a_traced_handler_is_reported_once() {
    let running = Running::start("outside-filter").await;
    for _ in 0..3 {
        running.error(request(200)).await;
    }
    assert_eq!(running.roots().len(), 0);
    let log = running.into_log().await;
    assert_eq!(log.len(), 1, "{log:#?}");
    assert!(log[0].starts_with("an invocation ended without a span"));
}
