//! Services of `lambda_http` in memory.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use dd_trace_runtime::lambda_http::{service, streaming_service};
use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{Carrier, TracedError, trace_headers};
use lambda_http::{Error, Request, Response, Service, service_fn};
use serde_json::{Value, json};

use crate::producer;

fn to(path: &str) -> Invocation {
    Invocation::of(&json!({
        "version": "2.0",
        "rawPath": path,
        "requestContext": {"http": {"method": "GET", "path": path}, "stage": "$default"}
    }))
}

/// The body as the caller would get it.
fn body(response: &impl serde::Serialize) -> String {
    let response: Value = serde_json::to_value(response).unwrap();
    response["body"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_handler_of_the_app_passes_on_the_context_of_its_span() {
    let headers = get(async || serde_json::to_string(&trace_headers()).unwrap());
    let mut app = service(Router::new().route("/headers", headers));
    let request = to("/headers").from_producer(&producer());
    let outcome = request.run(|event| app.call(event)).await;
    assert_eq!(outcome.parent(), Some(producer()));
    let carried = Carrier::from_json(&body(outcome.result.as_ref().unwrap())).unwrap();
    let root = outcome.root();
    assert_eq!(
        carried.get("x-datadog-parent-id"),
        Some(&*root.span_id.to_string())
    );
    assert_eq!(carried.get("x-datadog-sampling-priority"), Some("2"));
    assert_eq!(carried.get("x-datadog-origin"), Some("rum"));
}

#[tokio::test]
async fn the_status_of_the_app_is_on_the_span() {
    for (status, error) in [(StatusCode::NOT_FOUND, 0), (StatusCode::BAD_GATEWAY, 1)] {
        let app = Router::new().route("/", get(async move || status));
        let mut buffered = service(app.clone());
        let mut streaming = streaming_service(app);
        let roots = [
            to("/")
                .run(|event| buffered.call(event))
                .await
                .root()
                .clone(),
            to("/")
                .run(|event| streaming.call(event))
                .await
                .root()
                .clone(),
        ];
        for root in roots {
            assert_eq!(root.meta["http.status_code"], status.as_u16().to_string());
            assert_eq!(root.error, error);
        }
    }
}

#[tokio::test]
async fn an_error_of_the_service_is_on_the_span_and_reaches_the_caller() {
    async fn fails(_: Request) -> Result<&'static str, Error> {
        Err(Box::new(std::io::Error::other("no stock")))
    }
    let mut app = service(service_fn(fails));
    let outcome = to("/").run(|event| app.call(event)).await;
    let meta = &outcome.root().meta;
    assert_eq!(meta["error.message"], "no stock");
    assert_eq!(meta["error.type"], "std::io::error::Error");
    let error = outcome
        .result
        .err()
        .and_then(TracedError::into_handler_error);
    assert_eq!(error.unwrap().to_string(), "no stock");
}

#[tokio::test]
async fn an_error_with_only_debug_is_described_by_it() {
    #[derive(Debug)]
    struct Declined {
        #[allow(dead_code, reason = "`Debug` shows it")]
        amount: u8,
    }
    let mut app = service(service_fn(|_| {
        ready(Err::<String, _>(Declined { amount: 7 }))
    }));
    let outcome = to("/").run(|event| app.call(event)).await;
    let meta = &outcome.root().meta;
    assert_eq!(meta["error.type"], "Declined");
    assert_eq!(meta["error.message"], "Declined { amount: 7 }");
}

#[tokio::test]
async fn a_panic_of_the_app_leaves_it_in_service() {
    let mut calls = 0;
    let mut app = service(service_fn(move |_| {
        calls += 1;
        assert_ne!(calls, 1, "the first one burns");
        ready(Ok::<_, Infallible>(calls.to_string()))
    }));
    let burnt = to("/").run_panicking(|event| app.call(event)).await;
    assert!(burnt.result.starts_with("assertion"), "{}", burnt.result);
    assert_eq!(burnt.root().error, 1);
    let outcome = to("/").run(|event| app.call(event)).await;
    // The app keeps its state between requests.
    assert_eq!(body(&outcome.result.unwrap()), "2");
}

#[tokio::test]
async fn an_app_may_borrow() {
    let region = String::from("eu");
    let mut app = service(service_fn(|_| ready(Ok::<_, Infallible>(region.as_str()))));
    let outcome = to("/").run(|event| app.call(event)).await;
    assert_eq!(body(&outcome.result.unwrap()), "eu");
}

/// A service that must be made ready before each call, like tower's limits.
#[derive(Default)]
struct Limited {
    ready: bool,
}

impl Clone for Limited {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request> for Limited {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called before it is ready");
        ready(Ok(Response::new("served".to_owned())))
    }
}

#[tokio::test]
async fn a_service_and_its_clones_are_made_ready_before_each_call() {
    let mut first = service(Limited::default());
    let mut second = first.clone();
    for app in [&mut first, &mut second] {
        for _ in 0..2 {
            let outcome = to("/").run(|event| app.call(event)).await;
            assert_eq!(body(&outcome.result.unwrap()), "served");
        }
    }
}
