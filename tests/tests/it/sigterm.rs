//! A process that is told to end sends the spans that wait, and then ends as it would have.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use emulator::{Agent, Behaviour, Invocation};
use serde_json::json;

use crate::harness::{LIMIT, Running};

const SIGTERM: i32 = 15;

/// A function with a span that waits to be sent.
async fn with_a_span_that_waits(function: &str) -> Running {
    let running = Running::start(function).await;
    // So shortly before the deadline nothing is sent.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let soon = Invocation {
        deadline_ms: Some(u64::try_from(now.as_millis()).unwrap()),
        ..Invocation::new(json!({"orderId": "1"}).to_string())
    };
    running.invoke(soon).await;
    assert!(running.agent.requests().is_empty());
    running
}

async fn ended(running: &mut Running) -> ExitStatus {
    tokio::time::timeout(LIMIT, running.ended())
        .await
        .expect("the process hasn't ended")
}

#[tokio::test]
async fn waiting_spans_are_sent_and_the_signal_ends_the_process() {
    for function in ["order", "order-concurrently"] {
        let mut running = with_a_span_that_waits(function).await;
        running.signal("TERM").await;
        assert_eq!(
            ended(&mut running).await.signal(),
            Some(SIGTERM),
            "{function}"
        );
        assert_eq!(running.roots().len(), 1, "{function}");
    }
}

/// The pause after an agent that didn't answer is at least a second, so the signal comes within it.
#[tokio::test]
async fn waiting_spans_are_sent_within_the_pause_after_a_hang_if_the_agent_is_back() {
    for function in ["order", "order-concurrently"] {
        let mut running = Running::start(function).await;
        running.agent.set_behaviour(Behaviour::Hang);
        running.response(json!({"orderId": "1"})).await;
        running.agent.set_behaviour(Behaviour::Answer);
        for id in 2..5 {
            running.response(json!({"orderId": id.to_string()})).await;
        }
        assert!(running.roots().is_empty(), "{function}: there is no pause");
        running.signal("TERM").await;
        assert_eq!(ended(&mut running).await.signal(), Some(SIGTERM));
        // The first span went to the agent that never answered.
        assert_eq!(running.roots().len(), 3, "{function}");
    }
}

#[tokio::test]
async fn waiting_spans_are_sent_within_the_pause_after_refused_connections_too() {
    let agent = Agent::start().await.unwrap();
    let port = agent.port();
    agent.shutdown().await;
    let url = format!("http://127.0.0.1:{port}");
    let mut running = Running::with("order", &[("DD_TRACE_AGENT_URL", &url)]).await;
    // Each failure makes the next pause twice as long.
    for id in 0..20 {
        running.response(json!({"orderId": id.to_string()})).await;
    }
    let back = Agent::start_on(port).await.unwrap();
    running.signal("TERM").await;
    assert_eq!(ended(&mut running).await.signal(), Some(SIGTERM));
    let roots = back.spans();
    let roots = roots.iter().filter(|span| span.name == "aws.lambda");
    assert_eq!(roots.count(), 20);
}

#[tokio::test]
async fn an_agent_that_hangs_delays_the_end_by_a_quarter_of_a_second_at_most() {
    let mut running = with_a_span_that_waits("order").await;
    running.agent.set_behaviour(Behaviour::Hang);
    let told = Instant::now();
    running.signal("TERM").await;
    assert_eq!(ended(&mut running).await.signal(), Some(SIGTERM));
    // 250 ms, plus some time for a busy machine.
    assert!(
        told.elapsed() < Duration::from_secs(2),
        "{:?}",
        told.elapsed()
    );
    assert_eq!(running.agent.requests().len(), 1);
}

#[tokio::test]
async fn a_process_that_handles_the_signal_itself_ends_when_it_wants_to() {
    let mut running = with_a_span_that_waits("signals-handled").await;
    running.signal("TERM").await;
    let spans = running
        .agent
        .wait_for(|spans| !spans.is_empty(), LIMIT)
        .await;
    assert_eq!(spans.unwrap().len(), 2);
    assert_eq!(ended(&mut running).await.code(), Some(7));
}

#[tokio::test]
async fn a_process_whose_run_has_returned_ends_at_once() {
    let mut running = Running::start("signals-after-run").await;
    let spans = running
        .agent
        .wait_for(|spans| !spans.is_empty(), LIMIT)
        .await;
    assert_eq!(spans.unwrap()[0].resource, "running no more");
    running.signal("TERM").await;
    assert_eq!(ended(&mut running).await.signal(), Some(SIGTERM));
}
