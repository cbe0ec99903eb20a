//! The span of a streamed response ends with the stream, and is sent before the next event is asked for.

use emulator::Outcome;
use serde_json::json;

use crate::harness::Running;

/// How long the streams of the functions take, in nanoseconds.
const PAUSE: i64 = 60_000_000;

#[tokio::test]
async fn the_span_lasts_as_long_as_the_stream_and_spans_made_meanwhile_are_inside() {
    let running = Running::start("takes-while-streaming").await;
    let outcome = running.invoke(json!({})).await;
    assert!(matches!(outcome, Outcome::Response(body) if body.ends_with(b"\0firstsecond")));
    let root = running.root();
    assert!(root.duration >= PAUSE, "{}", root.duration);
    assert_eq!(root.error, 0);
    let spans = running.agent.spans();
    let chunks = spans
        .iter()
        .filter(|span| span.resource.ends_with(" chunk"));
    let chunks: Vec<_> = chunks.collect();
    assert_eq!(chunks.len(), 2, "{}", running.tree());
    for chunk in chunks {
        assert_eq!(chunk.parent_id, root.span_id);
        assert!(root.start <= chunk.start && chunk.end() <= root.end());
    }
    let next_poll = running.function.api.timings()[0].next_poll.unwrap();
    assert!(running.agent.requests()[0].arrived < next_poll);
    assert_eq!(running.agent.requests().len(), 1);
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_an_error_of_the_span() {
    let running = Running::start("takes-while-streaming").await;
    let outcome = running.invoke(json!({"fails": true})).await;
    // `lambda_runtime` reports the error to the caller at the end of the body.
    let Outcome::Response(body) = outcome else {
        panic!("{outcome:?}");
    };
    assert!(String::from_utf8_lossy(&body).contains("Runtime.StreamError"));
    let root = running.root();
    assert_eq!(root.error, 1, "{root:?}");
    assert!(!root.meta["error.message"].is_empty());
}

#[tokio::test]
async fn a_stream_of_the_user_s_own_type_ends_its_span_too() {
    let running = Running::start("takes-while-streaming-by-itself").await;
    let outcome = running.invoke(json!({})).await;
    assert!(matches!(outcome, Outcome::Response(body) if body.ends_with(b"\0late")));
    assert!(
        running.root().duration >= PAUSE,
        "{}",
        running.root().duration
    );
}

#[tokio::test]
async fn without_our_layer_the_span_ends_with_the_handler_and_is_not_lost() {
    let running = Running::start("takes-while-streaming-without-layer").await;
    running.invoke(json!({})).await;
    assert!(running.root().duration < PAUSE);
}
