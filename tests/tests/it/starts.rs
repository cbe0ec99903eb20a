//! What the spans tell about how a process started.

use emulator::{Agent, Function, Invocation, Span};
use serde_json::json;
use tokio::time::timeout;

use crate::harness::{LIMIT, NAME, Running};

const SNAP_START: (&str, &str) = ("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start");

#[tokio::test]
async fn a_restored_copy_has_a_runtime_id_of_its_own_and_begins_with_a_cold_start() {
    for name in ["starts-run", "starts-run-concurrently", "starts-by-hand"] {
        let running = Running::with(name, &[SNAP_START]).await;
        timeout(LIMIT, running.function.api.initialised())
            .await
            .unwrap();
        let before = running.agent.spans();
        assert_eq!(before.len(), 1, "{name}: not sent before the snapshot");
        running.function.api.restore();
        running.response(json!({"orderId": "1"})).await;
        let runtime_id = |span: &Span| span.meta["runtime-id"].clone();
        let root = running.root();
        assert_ne!(runtime_id(&before[0]), runtime_id(&root), "{name}");
        assert_eq!(root.meta["cold_start"], "true", "{name}");
        let mut connections: Vec<_> = running
            .agent
            .requests()
            .iter()
            .map(|request| request.connection)
            .collect();
        connections.dedup();
        assert_eq!(connections.len(), 2, "{name}: the connection was kept");
    }
}

#[tokio::test]
async fn without_a_snapshot_a_process_keeps_its_runtime_id_and_its_connection() {
    let running = Running::start("starts-run").await;
    running.response(json!({"orderId": "1"})).await;
    let spans = running.agent.spans();
    assert_eq!(spans.len(), 3, "{}", running.tree());
    let runtime_ids: std::collections::HashSet<_> = spans
        .iter()
        .filter_map(|span| span.meta.get("runtime-id"))
        .collect();
    assert_eq!(runtime_ids.len(), 1);
}

#[tokio::test]
async fn on_managed_instances_one_of_the_first_invocations_is_the_cold_start() {
    let function = Function {
        concurrency: 4,
        ..Function::new(NAME)
    };
    let agent = Agent::start().await.unwrap();
    let running = Running::as_function(function, "order-concurrently", &[], agent).await;
    let event = json!({"orderId": "1"}).to_string();
    let invoke = || running.function.api.invoke(Invocation::new(event.clone()));
    tokio::join!(invoke(), invoke(), invoke(), invoke());
    let roots = |spans: &[Span]| {
        let roots = spans.iter().filter(|span| span.name == "aws.lambda");
        roots.cloned().collect::<Vec<_>>()
    };
    let spans = running
        .agent
        .wait_for(|spans| roots(spans).len() == 4, LIMIT);
    let roots = roots(&spans.await.unwrap());
    let cold = roots
        .iter()
        .filter(|root| root.meta["cold_start"] == "true");
    assert_eq!(cold.count(), 1);
    let proactive = |root: &Span| root.meta.contains_key("proactive_initialization");
    assert!(!roots.iter().any(proactive));
}

#[tokio::test]
async fn a_runtime_without_timers_runs_the_function_and_reports_once_what_is_missing() {
    let running = Running::start("order-without-timers").await;
    for _ in 0..3 {
        running.response(json!({"orderId": "1"})).await;
    }
    let log = running.into_log().await;
    let told = log
        .iter()
        .filter(|line| line.contains("the tokio runtime has no timers, so"));
    assert_eq!(told.count(), 1, "{log:?}");
}

#[tokio::test]
async fn a_global_propagator_that_is_replaced_is_reported_once() {
    for (name, times) in [("starts-behind-a-propagator", 1), ("starts-run", 0)] {
        let running = Running::start(name).await;
        running.response(json!({"orderId": "1"})).await;
        let log = running.into_log().await;
        let told = log
            .iter()
            .filter(|line| line.contains("OpenTelemetry's global propagator was set before"));
        assert_eq!(told.count(), times, "{name}: {log:?}");
    }
}
