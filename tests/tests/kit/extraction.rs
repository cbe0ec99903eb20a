//! From the event to the parent.

use dd_trace_runtime::testing::{Invocation, in_context};
use dd_trace_runtime::{Carrier, TraceContext, trace_headers, traced_handler};
use lambda_runtime::{Context, Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde_json::{Value, json};

use crate::{echo, producer};

#[tokio::test]
async fn a_producer_that_invokes_directly_is_the_parent_whatever_the_event() {
    for event in [json!({"id": 1}), json!([1]), json!("text"), json!(null)] {
        let outcome = Invocation::of(&event)
            .from_producer(&producer())
            .run(echo)
            .await;
        assert_eq!(outcome.parent(), Some(producer()), "{event}");
        let root = outcome.root();
        assert_eq!((root.trace_id, root.parent_id), (11, 12));
        assert_eq!(root.meta["_dd.p.tid"], "6553b9c700000000");
        assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), "2");
        assert_eq!(outcome.result.unwrap(), event);
    }
}

#[tokio::test]
async fn a_context_in_the_event_comes_before_the_invoker_s() {
    let headers = in_context(&producer(), trace_headers);
    let outcome = Invocation::of(&json!({"headers": headers}))
        .from_producer(&TraceContext::new(1, 2, Some(1)))
        .run(echo)
        .await;
    assert_eq!(outcome.parent(), Some(producer()));
}

#[tokio::test]
async fn other_entries_of_the_client_context_stay() {
    #[traced_handler]
    async fn tenant(event: LambdaEvent<()>) -> Result<String, Error> {
        let client = event.context.client_context.ok_or("no client context")?;
        Ok(client.custom["tenant"].clone())
    }
    let outcome = Invocation::of(&())
        .lambda_context(|context| {
            context.client_context =
                serde_json::from_value(json!({"custom": {"tenant": "a"}})).unwrap();
        })
        .from_producer(&producer())
        .run(tenant)
        .await;
    assert_eq!(outcome.result.as_ref().unwrap(), "a");
    assert_eq!(outcome.parent(), Some(producer()));
}

fn order(event: &Value) -> Option<Carrier> {
    serde_json::from_value(event["detail"]["trace"].clone()).ok()
}

#[traced_handler(extractor = "order")]
async fn with_extractor(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

async fn awaited(event: &Value, context: &Context) -> Result<(u64, u64, i8), Error> {
    assert_eq!(context.request_id, "request-1");
    tokio::task::yield_now().await;
    global::tracer("shop").in_span("look up", |_| ());
    let id = event["id"].as_u64().ok_or("no id")?;
    Ok((id, id + 1, 1))
}

#[traced_handler(extractor = "awaited")]
async fn with_async_extractor(_: LambdaEvent<Value>) -> Result<(), Error> {
    Ok(())
}

#[tokio::test]
async fn a_custom_extractor_finds_the_producer_in_the_event() {
    let headers = in_context(&producer(), trace_headers);
    let event = json!({"detail": {"trace": headers}});
    let outcome = Invocation::of(&event).run(with_extractor).await;
    assert_eq!(outcome.parent(), Some(producer()));
}

#[tokio::test]
async fn an_extractor_that_finds_nothing_leaves_the_event_to_the_built_in_extraction() {
    let outcome = Invocation::of(&json!({}))
        .from_producer(&producer())
        .run(with_extractor)
        .await;
    assert_eq!(outcome.parent(), Some(producer()));
    let outcome = Invocation::of(&json!({})).run(with_extractor).await;
    assert_eq!(outcome.parent(), None);
}

#[tokio::test]
async fn an_async_extractor_is_awaited_and_its_spans_are_a_trace_of_their_own() {
    let outcome = Invocation::of(&json!({"id": 5}))
        .lambda_context(|context| context.request_id = "request-1".to_owned())
        .run(with_async_extractor)
        .await;
    assert_eq!(outcome.parent(), Some(TraceContext::new(5, 6, Some(1))));
    assert_eq!(
        outcome.tree(),
        "internal  look up  [test-function]\naws.lambda  test-function  [test-function]\n"
    );
    assert_ne!(outcome.span("look up").trace_id, outcome.root().trace_id);
}
