//! Responses and parameters of every shape, in every way of running.

use emulator::Outcome;
use serde_json::json;

use crate::harness::Running;

async fn response(function: &str, event: serde_json::Value) -> String {
    let running = Running::start(function).await;
    let outcome = running.invoke(event).await;
    assert_eq!(running.roots().len(), 1, "{function}: {}", running.tree());
    match outcome {
        Outcome::Response(body) => String::from_utf8(body.to_vec()).unwrap(),
        other => panic!("{function}: {other:?}"),
    }
}

#[tokio::test]
async fn a_buffered_response_is_the_same_in_every_way_of_running() {
    for function in [
        "responds-opaque",
        "responds-borrowing",
        "responds-borrowing-in-an-async-closure",
        "responds-not-send",
        "responds-shared",
        "responds-plain-runtime",
        "responds-plain-runtime-concurrently",
        "responds-plain-runtime-borrowing",
        "responds-streaming-or-not",
    ] {
        let body = response(function, json!({})).await;
        assert_eq!(body, r#"{"region":"eu"}"#, "{function}");
    }
}

#[tokio::test]
async fn a_streamed_response_streams() {
    for function in ["responds-streaming", "responds-streaming-or-not"] {
        let body = response(function, json!({"stream": true})).await;
        // Eight zero bytes end the metadata before the body.
        assert!(
            body.ends_with("\0\0\0\0\0\0\0\0euus"),
            "{function}: {body:?}"
        );
    }
}

#[tokio::test]
async fn the_metadata_of_a_streamed_response_is_sent_too() {
    let body = response("responds-streaming-with-prelude", json!({})).await;
    assert!(body.contains(r#""cookies":["a=b"]"#), "{body:?}");
    assert!(body.ends_with("\0euus"), "{body:?}");
}
