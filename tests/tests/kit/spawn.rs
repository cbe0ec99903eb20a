//! Tasks that stay in the trace of their invocation.

use std::rc::Rc;

use dd_trace_runtime::testing::{Invocation, carried};
use dd_trace_runtime::{TracedPayload, in_current_trace, spawn, trace_headers, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use tokio::runtime::Handle;
use tokio::task::{JoinSet, LocalSet, spawn_blocking, spawn_local};
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

/// The payloads of work that is run by something other than `tokio::spawn`.
#[tokio::test]
async fn work_that_something_else_runs_carries_the_context_that_was_active_there() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<Vec<String>, Error> {
        let mut tasks = JoinSet::new();
        tasks.spawn(in_current_trace(async { publish() }));
        tasks.spawn_blocking(in_current_trace(publish));
        let mut payloads = tasks.join_all().await;
        let here = String::from("of the handler");
        let work = in_current_trace(move || {
            drop(here);
            publish()
        });
        payloads.push(spawn_blocking(work).await?);
        let local = LocalSet::new();
        let not_send = Rc::new(());
        let work = in_current_trace(async move {
            tokio::task::yield_now().await;
            drop(not_send);
            publish()
        });
        payloads.push(local.run_until(async { spawn_local(work).await }).await?);
        let thread = std::thread::spawn(in_current_trace(publish));
        payloads.push(thread.join().map_err(|_| "it panicked")?);
        payloads.push(
            Handle::current()
                .spawn(in_current_trace(async { publish() }))
                .await?,
        );
        Ok(payloads)
    }

    let outcome = Invocation::of(&())
        .from_producer(&producer())
        .run(handler)
        .await;
    let payloads = outcome.result.as_ref().unwrap();
    assert_eq!(payloads.len(), 6);
    for payload in payloads {
        assert_eq!(carried(payload), Some(outcome.root().trace_context()));
    }
}

#[tokio::test]
async fn a_closure_is_in_the_tracing_span_that_was_entered_there_and_leaves_it() {
    let _subscribed = tracing::subscriber::set_default(tracing_subscriber::registry());
    let span = tracing::info_span!("work");
    let work = span.in_scope(|| in_current_trace(|| Span::current().id()));
    assert_eq!(work(), span.id());
    assert_eq!(Span::current().id(), None);
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
