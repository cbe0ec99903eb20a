//! `reqwest_middleware` and `tower_http`.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use serde_json::json;
use tokio::net::TcpListener;

use crate::function::{TRACE_ID, invoke};

/// A server that answers 418 and keeps the headers of its last request.
async fn teapot() -> (String, Arc<Mutex<HeaderMap>>) {
    let headers = Arc::new(Mutex::new(HeaderMap::new()));
    let seen = Arc::clone(&headers);
    let app = Router::new().fallback(async move |headers: HeaderMap| {
        *seen.lock().unwrap() = headers;
        StatusCode::IM_A_TEAPOT
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/orders/7", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, app).await });
    (url, headers)
}

#[tokio::test]
async fn a_request_of_reqwest_is_a_span_whose_id_its_headers_carry() {
    let (url, headers) = teapot().await;
    let program = env!("CARGO_BIN_EXE_reqwest_middleware");
    let invoked = invoke(program, &[], &json!(url)).await;
    assert_eq!(invoked.response(), 418);
    let span = invoked.below_the_function("http.client.request");
    assert_eq!(span.meta["http.status_code"], "418");
    assert_eq!(span.meta["span.kind"], "client");
    let headers = headers.lock().unwrap();
    assert_eq!(headers["x-datadog-trace-id"], TRACE_ID.to_string());
    assert_eq!(headers["x-datadog-parent-id"], span.span_id.to_string());
}

#[tokio::test]
async fn a_request_that_is_not_answered_is_a_span_with_an_error() {
    let program = env!("CARGO_BIN_EXE_reqwest_middleware");
    let invoked = invoke(program, &[], &json!("http://127.0.0.1:1/")).await;
    assert_eq!(invoked.below_the_function("http.client.request").error, 1);
}

#[tokio::test]
async fn a_layer_of_tower_http_makes_a_span_below_the_function() {
    let event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/orders/7",
        "rawQueryString": "",
        "headers": {"host": "shop.example"},
        "requestContext": {
            "apiId": "shop",
            "domainName": "shop.example",
            "http": {"method": "GET", "path": "/orders/7"},
            "stage": "$default",
        },
        "isBase64Encoded": false,
    });
    let invoked = invoke(env!("CARGO_BIN_EXE_tower_http"), &[], &event).await;
    assert_eq!(invoked.response()["body"], "order 7");
    let function = invoked.span("aws.lambda");
    assert_eq!(function.meta["http.status_code"], "200");
    let below = invoked
        .spans
        .iter()
        .find(|span| span.parent_id == function.span_id);
    let below = below.unwrap();
    assert_eq!(
        (below.trace_id, below.resource.as_str()),
        (TRACE_ID, "request")
    );
    assert_eq!(below.meta["uri"], "https://shop.example/orders/7");
}
