//! When spans are sent, and the cost of an agent that is away or hangs.

use std::time::{Duration, Instant};

use emulator::{Agent, Behaviour};
use serde_json::json;

use crate::events::KEPT;
use crate::harness::{LIMIT, Running, host};

/// How long the function waits for a flush at most.
const TIME_BOX: Duration = Duration::from_millis(500);

#[tokio::test]
async fn spans_are_sent_after_the_response_and_before_the_next_event_is_asked_for() {
    let running = Running::start("official").await;
    for sent in 1..=3 {
        running.response(&KEPT.event()).await;
        let requests = running.agent.requests();
        let mut traces = requests
            .iter()
            .filter(|request| request.path == "/v0.4/traces");
        let arrived = traces.nth(sent - 1).expect("it is late").arrived;
        let timings = &running.function.api.timings()[sent - 1];
        assert!(timings.answered.unwrap() < arrived, "before the response");
        assert!(arrived < timings.next_poll.unwrap(), "after the next poll");
    }
}

/// For each of five invocations, the time until the next event was asked for, and until the response.
async fn five_invocations(agent: Agent, url: &str) -> (Vec<Duration>, Vec<Duration>) {
    let variables = [
        ("DD_TRACE_AGENT_URL", url),
        ("DD_TRACE_AGENT_TIMEOUT_SECONDS", "0.5"),
    ];
    let running = Running::with("official", &variables, agent).await;
    for _ in 0..5 {
        running.response(&json!({})).await;
    }
    let timings = running.function.api.timings();
    let since = |at: &dyn Fn(usize) -> Option<Instant>| {
        let times = timings.iter().enumerate();
        times
            .map(|(i, timings)| at(i).unwrap() - timings.handed_out.unwrap())
            .collect()
    };
    (
        since(&|i| timings[i].next_poll),
        since(&|i| timings[i].answered),
    )
}

/// The tracer itself takes seconds to give up. The function waits for it only once, within its own limit.
fn assert_waited_once((cycles, responses): (Vec<Duration>, Vec<Duration>)) {
    assert!(
        responses.iter().all(|time| *time < TIME_BOX),
        "{responses:?}"
    );
    let waited = cycles.iter().filter(|time| **time >= TIME_BOX);
    assert_eq!(waited.count(), 1, "{cycles:?}");
    assert!(
        cycles[0] >= TIME_BOX && cycles[0] < 3 * TIME_BOX,
        "{cycles:?}"
    );
}

#[tokio::test]
async fn an_agent_that_is_away_delays_no_response_and_costs_one_wait() {
    let gone = Agent::start().await.unwrap();
    let url = gone.url();
    gone.shutdown().await;
    assert_waited_once(five_invocations(Agent::start().await.unwrap(), &url).await);
}

#[tokio::test]
async fn an_agent_that_hangs_delays_no_response_and_costs_one_wait() {
    let agent = Agent::start().await.unwrap();
    agent.set_behaviour(Behaviour::Hang);
    let url = agent.url();
    assert_waited_once(five_invocations(agent, &url).await);
}

#[tokio::test]
async fn once_an_agent_answers_again_spans_arrive_as_before() {
    let agent = Agent::start().await.unwrap();
    agent.set_behaviour(Behaviour::Hang);
    let limit = [("DD_TRACE_AGENT_TIMEOUT_SECONDS", "0.1")];
    let running = Running::with("official", &limit, agent).await;
    running.response(&json!({})).await;
    running.agent.set_behaviour(Behaviour::Answer);
    let back = async {
        while running.agent.spans().is_empty() {
            running.response(&json!({})).await;
        }
    };
    tokio::time::timeout(LIMIT, back).await.expect("none came");
}

#[tokio::test]
async fn tracing_that_is_switched_off_makes_no_span_and_no_headers() {
    let off = [("DD_TRACE_ENABLED", "false")];
    let running = Running::with("official", &off, Agent::start().await.unwrap()).await;
    let response = running.response(&KEPT.event()).await;
    assert_eq!(response["headers"], json!({}));
    assert_eq!(response["client"], json!({}));
    assert!(running.agent.spans().is_empty());
}

#[tokio::test]
async fn a_host_s_shutdown_sends_its_spans_and_passes_on_the_headers_of_each() {
    let agent = Agent::start().await.unwrap();
    let output = host(&agent.url()).await;
    let said = String::from_utf8(output.stdout).unwrap();
    let (headers, end) = said.trim_end().split_once('\n').unwrap();
    assert_eq!(end, "sent");
    let headers: serde_json::Value = serde_json::from_str(headers).unwrap();
    let spans = agent.spans();
    let [span] = spans.as_slice() else {
        panic!("{spans:?}");
    };
    assert_eq!(span.resource, "publish");
    assert_eq!(headers["x-datadog-parent-id"], span.span_id.to_string());
    assert_eq!(headers["x-datadog-trace-id"], span.trace_id.to_string());
}

#[tokio::test]
async fn a_host_s_shutdown_reports_a_hanging_agent_within_its_limit_and_the_process_ends() {
    let agent = Agent::start().await.unwrap();
    agent.set_behaviour(Behaviour::Hang);
    let started = Instant::now();
    let output = host(&agent.url()).await;
    let took = started.elapsed();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.contains("the tracer provider did not flush in time; "),
        "{said}"
    );
    // The tracer itself would wait for five seconds.
    assert!(took < Duration::from_secs(4), "{took:?}");
}
