//! Spans reach the agent, and nobody waits for them.

use std::time::Duration;

use emulator::{Agent, Behaviour};
use serde_json::json;

use crate::harness::{LIMIT, Running};

/// The time limit of a send, and a time well below it, also on a busy machine.
const TIME_BOX: (&str, &str) = ("DD_TRACE_AGENT_TIMEOUT_SECONDS", "3");
const UNNOTICED: Duration = Duration::from_secs(2);

#[tokio::test]
async fn spans_are_sent_after_the_response_and_before_the_next_event_is_asked_for() {
    for name in ["order", "order-with-layer", "order-concurrently"] {
        let running = Running::start(name).await;
        running.response(json!({"orderId": "1"})).await;
        let arrived = running.agent.requests()[0].arrived;
        let timings = &running.function.api.timings()[0];
        assert!(
            timings.answered.unwrap() < arrived,
            "{name}: before the response"
        );
        assert!(
            arrived < timings.next_poll.unwrap(),
            "{name}: after the next poll"
        );
    }
}

#[tokio::test]
async fn without_our_layer_spans_are_sent_before_the_response() {
    let running = Running::start("order-without-layer").await;
    running.response(json!({"orderId": "1"})).await;
    let arrived = running.agent.requests()[0].arrived;
    assert!(arrived < running.function.api.timings()[0].answered.unwrap());
}

#[tokio::test]
async fn one_connection_serves_every_send() {
    let running = Running::start("order").await;
    for _ in 0..3 {
        running.response(json!({"orderId": "1"})).await;
    }
    let connections: Vec<u64> = running
        .agent
        .requests()
        .iter()
        .map(|request| request.connection)
        .collect();
    assert_eq!(connections, [connections[0]; 3]);
}

#[tokio::test]
async fn a_connection_that_the_agent_closed_is_replaced_and_nothing_is_lost() {
    let running = Running::start("order").await;
    running.agent.set_behaviour(Behaviour::CloseAfterAnswer);
    for _ in 0..3 {
        running.response(json!({"orderId": "1"})).await;
    }
    assert_eq!(running.roots().len(), 3);
}

#[tokio::test]
async fn a_hung_agent_delays_no_response_and_costs_its_time_box_once() {
    let running = Running::with("order", &[TIME_BOX]).await;
    running.agent.set_behaviour(Behaviour::Hang);
    for _ in 0..5 {
        running.response(json!({"orderId": "1"})).await;
    }
    for timings in running.function.api.timings() {
        let response = timings.answered.unwrap() - timings.handed_out.unwrap();
        assert!(response < UNNOTICED, "the response took {response:?}");
    }
    assert_eq!(
        running.agent.requests().len(),
        1,
        "backs off after the first"
    );
}

#[tokio::test]
async fn spans_that_were_not_acknowledged_are_sent_later() {
    let running = Running::start("order").await;
    running.agent.set_behaviour(Behaviour::Status(503));
    running.response(json!({"orderId": "1"})).await;
    running.agent.set_behaviour(Behaviour::Answer);
    let mut invocations = 1;
    let both = async {
        while running.roots().len() <= invocations {
            running.response(json!({"orderId": "2"})).await;
            invocations += 1;
            tokio::task::yield_now().await;
            if running.roots().len() == invocations {
                break;
            }
        }
    };
    tokio::time::timeout(LIMIT, both)
        .await
        .expect("the spans never came");
}

#[tokio::test]
async fn a_missing_agent_delays_nothing_and_changes_nothing() {
    let agent = Agent::start().await.unwrap();
    let url = agent.url();
    agent.shutdown().await;
    let running = Running::with("order", &[TIME_BOX, ("DD_TRACE_AGENT_URL", &url)]).await;
    for _ in 0..5 {
        assert_eq!(
            running.response(json!({"orderId": "1"})).await,
            json!({"placed": "1"})
        );
    }
    for timings in &running.function.api.timings()[1..] {
        let cycle = timings.next_poll.unwrap() - timings.handed_out.unwrap();
        assert!(cycle < UNNOTICED, "the invocation took {cycle:?}");
    }
}

#[tokio::test]
async fn a_span_that_is_still_open_does_not_hold_the_root_back_and_follows_later() {
    let running = Running::start("leaving-a-span-open").await;
    running.response(json!({})).await;
    assert_eq!(running.agent.spans().len(), 1, "{}", running.tree());
    running.response(json!({})).await;
    let spans = running.agent.spans();
    let late = spans
        .iter()
        .find(|span| span.resource == "left open")
        .expect("the late span is lost");
    let first = &running.roots()[0];
    assert_eq!(
        (late.trace_id, late.parent_id),
        (first.trace_id, first.span_id)
    );
    assert_eq!(late.metrics["_sampling_priority_v1"].to_string(), "1");
    assert_eq!(late.trace_id_128(), first.trace_id_128());
}

#[tokio::test]
async fn tracing_that_is_switched_off_makes_no_span_no_connection_and_no_headers() {
    let running = Running::with("headers", &[("DD_TRACE_ENABLED", "false")]).await;
    let event = json!({"headers": {"x-datadog-trace-id": "1", "x-datadog-parent-id": "2"}});
    assert_eq!(running.response(event).await, json!({}));
    assert!(running.agent.requests().is_empty());
}

#[tokio::test]
async fn a_deadline_in_the_past_counts_as_unknown() {
    let running = Running::start("order").await;
    let invocation = emulator::Invocation {
        deadline_ms: Some(600_000),
        ..emulator::Invocation::new(r#"{"orderId":"1"}"#)
    };
    running.invoke(invocation).await;
    assert_eq!(running.roots().len(), 1);
}

#[tokio::test]
async fn nothing_is_sent_right_before_the_deadline_and_the_span_follows_with_the_next_invocation() {
    let running = Running::start("order").await;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let soon = emulator::Invocation {
        deadline_ms: Some(u64::try_from(now.as_millis()).unwrap() + 15),
        ..emulator::Invocation::new(r#"{"orderId":"1"}"#)
    };
    running.invoke(soon).await;
    assert!(running.agent.requests().is_empty());
    running.response(json!({"orderId": "2"})).await;
    assert_eq!(running.roots().len(), 2);
}
