//! A handler that is dropped before it answers: its span is marked as cancelled.

use std::future::{pending, ready};
use std::time::Duration;

use dd_trace_runtime::testing::{Invocation, Outcome};
use dd_trace_runtime::{RawEvent, TracedError, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::Context;
use opentelemetry::global;
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use serde_json::Value;

type Answer = Result<&'static str, TracedError<Error>>;

/// Begins a call and waits for an answer that never comes.
#[traced_handler]
async fn waits(_: LambdaEvent<Value>) -> Result<&'static str, Error> {
    let span = global::tracer("shop").start("call");
    let call = Context::current_with_span(span);
    pending::<()>().with_context(call).await;
    Ok("answered")
}

fn assert_cancelled<T>(outcome: &Outcome<T>) {
    assert_eq!(
        outcome.tree(),
        "aws.lambda  test-function  [test-function]  ERROR the handler was dropped before it answered\n\
         \x20 internal  call  [test-function]\n"
    );
    let root = outcome.root();
    assert_eq!(root.meta["error.type"], "Cancelled");
}

#[tokio::test]
async fn a_handler_that_an_outer_timeout_drops_is_cancelled() {
    let impatient = async |event: LambdaEvent<RawEvent>| -> Answer {
        let answer = tokio::time::timeout(Duration::from_millis(1), waits(event)).await;
        answer.unwrap_or(Ok("late"))
    };
    let outcome = Invocation::raw("{}").run(impatient).await;
    assert_eq!(outcome.result.as_ref().unwrap(), &"late");
    assert_cancelled(&outcome);
}

#[tokio::test]
async fn a_handler_that_loses_a_race_is_cancelled() {
    let racing = async |event: LambdaEvent<RawEvent>| -> Answer {
        tokio::select! {
            biased;
            answer = waits(event) => answer,
            () = ready(()) => Ok("other"),
        }
    };
    let outcome = Invocation::raw("{}").run(racing).await;
    assert_cancelled(&outcome);
}

#[tokio::test]
async fn a_handler_that_an_outer_panic_drops_is_cancelled() {
    let panics = async |event: LambdaEvent<RawEvent>| -> Answer {
        tokio::select! {
            biased;
            answer = waits(event) => answer,
            () = ready(()) => panic!("the layer is on fire"),
        }
    };
    let outcome = Invocation::raw("{}").run_panicking(panics).await;
    assert_eq!(outcome.result, "the layer is on fire");
    assert_cancelled(&outcome);
}

#[tokio::test]
async fn a_handler_that_is_never_polled_has_no_span() {
    let drops = async |event: LambdaEvent<RawEvent>| -> Answer {
        drop(waits(event));
        Ok("early")
    };
    let outcome = Invocation::raw("{}").run(drops).await;
    assert_eq!(outcome.tree(), "");
}

/// An event whose type panics when it is read.
#[derive(Debug)]
struct Mine;

impl<'de> serde::Deserialize<'de> for Mine {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("the mine went off")
    }
}

#[traced_handler]
async fn treads(_: LambdaEvent<Mine>) -> Result<&'static str, Error> {
    Ok("answered")
}

#[tokio::test]
async fn an_event_whose_type_panics_is_a_panic_of_the_handler() {
    let outcome = Invocation::raw("{}").run_panicking(treads).await;
    assert_eq!(outcome.result, "the mine went off");
    assert_eq!(outcome.root().meta["error.type"], "panic");
}
