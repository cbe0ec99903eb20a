//! Many invocations at a time, also in several tests at a time.

use dd_trace_runtime::testing::{Invocation, carried};
use dd_trace_runtime::{TraceContext, TracedPayload, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use tokio::task::JoinSet;

#[derive(TracedPayload)]
struct Numbered {
    number: u64,
}

/// Makes a span, one around an await, and one in a task of its own.
#[traced_handler]
async fn busy(event: LambdaEvent<u64>) -> Result<String, Error> {
    let number = event.payload;
    let tracer = global::tracer("shop");
    let span = tracer.start(format!("work {number}"));
    let context = opentelemetry::Context::current_with_span(span);
    async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
        let spawned = async move {
            tokio::task::yield_now().await;
            global::tracer("shop").in_span(format!("publish {number}"), |_| {
                serde_json::to_string(&Numbered { number })
            })
        };
        Ok(tokio::spawn(spawned.with_current_context()).await??)
    }
    .with_context(context)
    .await
}

async fn fifty() {
    let mut invocations = JoinSet::new();
    for number in 1..=50 {
        invocations.spawn(async move {
            let producer = TraceContext::new(number.into(), number + 1000, Some(1));
            let outcome = Invocation::of(&number)
                .function_name(&format!("f{number}"))
                .from_producer(&producer)
                .run(busy)
                .await;
            (number, producer, outcome)
        });
    }
    for (number, producer, outcome) in invocations.join_all().await {
        assert_eq!(outcome.parent(), Some(producer));
        assert_eq!(
            outcome.tree(),
            format!(
                "aws.lambda  f{number}  [f{number}]\n\
                 \x20 internal  work {number}  [f{number}]\n\
                 \x20   internal  publish {number}  [f{number}]\n"
            )
        );
        assert_eq!(outcome.root().trace_id, number);
        let publisher = outcome.span(&format!("publish {number}")).trace_context();
        assert_eq!(carried(&outcome.result.unwrap()), Some(publisher));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_invocations_on_four_threads_never_mix() {
    fifty().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn invocations_of_two_tests_never_mix() {
    fifty().await;
}

#[tokio::test]
async fn invocations_on_one_thread_never_mix() {
    fifty().await;
}
