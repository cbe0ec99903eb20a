//! Tasks that stay in the trace of their invocation.

use dd_trace_runtime::testing::{Invocation, carried};
use dd_trace_runtime::{TracedPayload, spawn, trace_headers, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use tracing::Span;

use crate::producer;

#[derive(TracedPayload)]
struct OrderPlaced {
    id: u8,
}

fn publish() -> String {
    serde_json::to_string(&OrderPlaced { id: 1 }).unwrap()
}

#[tokio::test]
async fn a_spawned_task_carries_the_context_that_was_active_there() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<[String; 2], Error> {
        let first = spawn(async { publish() });
        let second = global::tracer("shop").in_span("work", |_| spawn(async { publish() }));
        Ok([first.await?, second.await?])
    }

    let outcome = Invocation::of(&())
        .from_producer(&producer())
        .run(handler)
        .await;
    let [first, second] = outcome.result.as_ref().unwrap();
    assert_eq!(carried(first), Some(outcome.root().trace_context()));
    assert_eq!(carried(second), Some(outcome.span("work").trace_context()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spans_of_a_spawned_task_are_children_on_another_thread_too() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<(), Error> {
        let task = spawn(async {
            tokio::task::yield_now().await;
            global::tracer("shop").in_span("work", |_| ());
        });
        Ok(task.await?)
    }

    let outcome = Invocation::of(&()).run(handler).await;
    assert_eq!(outcome.span("work").parent_id, outcome.root().span_id);
}

#[tokio::test]
async fn a_spawned_task_is_in_the_tracing_span_that_was_entered_there() {
    let _subscribed = tracing::subscriber::set_default(tracing_subscriber::registry());
    let span = tracing::info_span!("work");
    let task = span.in_scope(|| spawn(async { Span::current().id() }));
    assert_eq!(task.await.unwrap(), span.id());
    assert!(span.id().is_some());
}

#[tokio::test]
async fn a_task_spawned_outside_of_any_trace_has_none() {
    let headers = spawn(async { trace_headers() }).await.unwrap();
    assert!(headers.is_empty());
}
