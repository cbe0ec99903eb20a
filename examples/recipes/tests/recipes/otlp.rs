//! `otlp`.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use serde_json::json;
use tokio::net::TcpListener;

use crate::function::{PARENT_ID, TRACE_ID, invoke};

fn contains(body: &[u8], part: &[u8]) -> bool {
    body.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn the_span_goes_out_by_otlp_in_the_producer_s_trace() {
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&bodies);
    let app = Router::new().route(
        "/v1/traces",
        post(async move |body: Bytes| taken.lock().unwrap().push(body)),
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, app).await });

    let variables = [("OTEL_EXPORTER_OTLP_ENDPOINT", url)];
    let invoked = invoke(env!("CARGO_BIN_EXE_otlp"), &variables, &json!(7)).await;
    assert_eq!(invoked.response(), 7);
    assert!(
        invoked.spans.is_empty(),
        "the provider sends them, and nobody else"
    );
    let bodies = bodies.lock().unwrap();
    let [body] = bodies.as_slice() else {
        panic!("{} requests", bodies.len());
    };
    // The bytes fields of the span: https://github.com/open-telemetry/opentelemetry-proto
    assert!(contains(body, &u128::from(TRACE_ID).to_be_bytes()));
    assert!(contains(body, &PARENT_ID.to_be_bytes()));
    assert!(contains(body, b"service.name") && contains(body, b"shop"));
}
