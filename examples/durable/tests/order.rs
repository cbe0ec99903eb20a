//! The durable function as a process, with the service of Lambda on this machine.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

use dd_trace_runtime::{TraceContext, Traced};
use durable::{Checkpoints, Execution};
use emulator::{Agent, Function, Span, Traces};
use serde_json::{Value, json};
use tests_support::FunctionProcess;

/// What came of an execution.
struct Run {
    answers: Vec<Value>,
    spans: Vec<Span>,
}

impl Run {
    async fn of(execution: &Execution) -> Self {
        let agent = Agent::start().await.unwrap();
        let checkpoints = Checkpoints::start().await.unwrap();
        let program = env!("CARGO_BIN_EXE_order");
        let function = FunctionProcess::start(Function::new("order"), program, |command| {
            let agent = ("DD_TRACE_AGENT_URL", agent.url());
            command.envs([agent]).envs(checkpoints.environment());
        });
        let function = function.await;
        let answers = execution.run(&function.api, &checkpoints).await.unwrap();
        Self {
            answers,
            spans: agent.spans(),
        }
    }

    fn named(&self, name: &str) -> Vec<&Span> {
        let is_named = |span: &&Span| span.name == name || span.resource == name;
        self.spans.iter().filter(is_named).collect()
    }

    fn statuses(&self) -> Vec<&str> {
        let statuses = self.answers.iter().map(|answer| answer["Status"].as_str());
        statuses.map(Option::unwrap_or_default).collect()
    }

    fn trees(&self) -> String {
        Traces::from_spans(self.spans.clone()).to_tree()
    }
}

/// A caller's event, whose producer has this trace id.
fn from_producer(quantity: u32, trace_id: u128) -> Value {
    let producer = TraceContext::new(trace_id, 12, Some(1));
    let order = Traced::with_context(json!({"quantity": quantity}), producer);
    serde_json::to_value(order).unwrap()
}

#[tokio::test]
async fn both_invocations_of_an_execution_are_in_the_trace_of_its_producer_and_so_is_every_span() {
    let run = Run::of(&Execution::new("a1", from_producer(3, 11))).await;
    assert_eq!(run.statuses(), ["PENDING", "SUCCEEDED"]);
    assert!(
        run.spans.iter().all(|span| span.trace_id == 11),
        "{}",
        run.trees()
    );
    let roots = run.named("aws.lambda");
    assert_eq!(roots.len(), 2);
    assert!(roots.iter().all(|root| root.parent_id == 12));
    let status = |root: &&Span| root.meta["aws.durable.execution_status"].clone();
    assert_eq!(
        roots.iter().map(status).collect::<Vec<_>>(),
        ["PENDING", "SUCCEEDED"]
    );
}

#[tokio::test]
async fn what_the_sdk_makes_without_a_parent_is_below_the_function_s_span() {
    let run = Run::of(&Execution::new("a2", json!({"quantity": 3}))).await;
    let traces = Traces::from_spans(run.spans.clone());
    assert_eq!(traces.as_slice().len(), 1, "{}", run.trees());
    // One for each invocation, and one for each branch.
    assert_eq!(run.named("durable_execution").len(), 4, "{}", run.trees());
    assert_eq!(run.named("charge").len(), 1, "it isn't repeated");
    let ships = run.named("ship");
    assert_eq!(ships.len(), 2);
    for span in run.spans.iter().filter(|span| span.name != "aws.lambda") {
        let is_parent = |other: &&Span| other.span_id == span.parent_id;
        assert!(
            run.spans.iter().any(|other| is_parent(&other)),
            "{}",
            run.trees()
        );
    }
}

#[tokio::test]
async fn without_a_producer_the_ids_come_from_the_execution_s_name() {
    let ids = async |id| {
        let run = Run::of(&Execution::new(id, json!({"quantity": 3}))).await;
        let roots = run.named("aws.lambda").into_iter();
        let ids = roots.map(|root| (root.trace_id_128(), root.parent_id));
        ids.collect::<Vec<_>>()
    };
    let (first, again, other) = (ids("a3").await, ids("a3").await, ids("a4").await);
    assert_eq!(first.len(), 2);
    assert_eq!(first[0], first[1]);
    assert_eq!(first, again);
    assert_ne!(first, other);
}

#[tokio::test]
async fn an_execution_that_failed_is_an_error_although_lambda_sees_a_response() {
    let run = Run::of(&Execution::new("a5", from_producer(0, 11))).await;
    assert_eq!(run.statuses().last(), Some(&"FAILED"));
    let roots = run.named("aws.lambda");
    let root = roots.last().unwrap();
    assert_eq!(root.error, 1, "{}", run.trees());
    assert!(
        root.meta["error.message"].contains("nothing was ordered"),
        "{:?}",
        root.meta
    );
}
