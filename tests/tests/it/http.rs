//! `lambda_http` and axum: the caller gets the untraced app's response, and the spans are in the caller's trace.

use emulator::Outcome;
use serde_json::{Value, json};

use crate::harness::Running;

/// A request to an HTTP API, from a traced caller.
fn request(path: &str) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "headers": {
            "x-datadog-trace-id": "11",
            "x-datadog-parent-id": "12",
            "x-datadog-sampling-priority": "2"
        },
        "requestContext": {
            "apiId": "a1",
            "domainName": "shop.example",
            "http": {"method": "GET", "path": path},
            "stage": "$default",
            "timeEpoch": 1_700_000_000_000_u64
        },
        "isBase64Encoded": false
    })
}

/// What the caller gets, as `Debug` text, in which kinds of outcomes differ, too.
async fn outcomes(function: &str, events: &[Value]) -> Vec<String> {
    let running = Running::start(function).await;
    let mut outcomes = Vec::new();
    for event in events {
        outcomes.push(format!("{:?}", running.invoke(event.clone()).await));
    }
    outcomes
}

#[tokio::test]
async fn the_caller_gets_what_the_untraced_app_gives() {
    let events = [
        "/out-of-stock",
        "/nowhere",
        "/panic",
        "/panicking-chunks",
        "/error",
        "/fine",
    ];
    let mut events: Vec<_> = events.map(request).into();
    events.extend([json!({"id": 1}), json!("text"), request("/fine")]);
    for function in [
        "http-app",
        "http-app-streaming",
        "http-function",
        "http-function-typed",
    ] {
        let traced = outcomes(function, &events).await;
        let untraced = outcomes(&format!("{function}-untraced"), &events).await;
        assert_eq!(traced, untraced, "{function}");
    }
}

/// The parent is the caller's span, which the agent doesn't have.
const TREE: &str = "\
aws.httpapi  GET /orders/7  [shop.example]  parent missing
  aws.lambda  Orders  [Orders]
";

#[tokio::test]
async fn a_request_is_in_its_caller_s_trace_however_the_app_runs() {
    for function in [
        "http-app",
        "http-app-concurrently",
        "http-app-streaming",
        "http-app-streaming-concurrently",
    ] {
        let running = Running::start(function).await;
        let Outcome::Response(body) = running.invoke(request("/orders/7")).await else {
            panic!("{function} gave no response");
        };
        let body = String::from_utf8_lossy(&body);
        assert!(body.contains("order 7, traced"), "{function}: {body}");
        assert_eq!(running.tree(), TREE, "{function}");
        let spans = running.agent.spans();
        assert!(spans.iter().all(|span| span.trace_id == 11), "{function}");
        let request = spans.iter().find(|span| span.parent_id == 12).unwrap();
        let priority = request.metrics["_sampling_priority_v1"].to_string();
        assert_eq!(priority, "2", "{function}");
        let root = running.root();
        assert_eq!(root.meta["http.status_code"], "200", "{function}");
    }
}

#[tokio::test]
async fn the_spans_of_a_streamed_body_are_inside_the_function_s() {
    let running = Running::start("http-app-streaming").await;
    let outcome = running.invoke(request("/chunks")).await;
    assert!(matches!(outcome, Outcome::Response(body) if body.ends_with(b"\0euus")));
    let root = running.root();
    let spans = running.agent.spans();
    let chunks: Vec<_> = spans.iter().filter(|it| it.resource == "chunk").collect();
    assert_eq!(chunks.len(), 2, "{}", running.tree());
    for chunk in chunks {
        assert_eq!(chunk.parent_id, root.span_id);
        assert!(chunk.end() <= root.end());
    }
}

#[tokio::test]
async fn a_body_that_panics_is_an_error_of_its_span() {
    for function in ["http-app", "http-app-streaming"] {
        let running = Running::start(function).await;
        running.invoke(request("/panicking-chunks")).await;
        let root = running.root();
        assert_eq!(root.error, 1, "{function}");
        assert_eq!(root.meta["error.type"], "panic", "{function}");
        assert_eq!(root.meta["error.message"], "the till is on fire");
        let place = &root.meta["error.stack"];
        assert!(place.contains("http.rs:"), "{function}: {place}");
    }
}

#[tokio::test]
async fn an_event_that_isn_t_a_request_is_an_error_of_its_span() {
    let running = Running::start("http-app").await;
    running.error(json!({"id": 1})).await;
    let root = running.root();
    assert_eq!(root.error, 1);
    assert_eq!(root.meta["error.type"], "EventError");
}

#[tokio::test]
async fn a_typed_error_has_its_message_and_if_asked_for_its_sources() {
    let untraced = outcomes("http-function-typed-untraced", &[request("/")]).await;
    for (function, stack) in [
        ("http-function-typed", None),
        (
            "http-function-sources",
            Some("the shelf is empty\ncaused by: no delivery"),
        ),
    ] {
        assert_eq!(outcomes(function, &[request("/")]).await, untraced);
        let running = Running::start(function).await;
        running.error(request("/")).await;
        let meta = &running.root().meta;
        assert_eq!(meta["error.type"], "OutOfStock", "{function}");
        assert_eq!(meta["error.message"], "the shelf is empty", "{function}");
        let told = meta.get("error.stack").map(String::as_str);
        assert_eq!(told.filter(|stack| !stack.is_empty()), stack, "{function}");
    }
}
