//! A process whose memory is stored and runs again as copies.

use std::time::Duration;

use lambda_runtime::SnapStartResource as _;
use opentelemetry::trace::{Span as _, SpanContext, Tracer as _};

use super::{config, config_at};
use crate::agent::tests::stand_in::{OK, SocketPath, Step, TestAgent};
use crate::config::AgentAddress;
use crate::telemetry::Telemetry;
use crate::test_log::Log;

fn span(telemetry: &Telemetry, name: &'static str) -> SpanContext {
    let mut span = telemetry.tracer().start(name);
    span.end();
    span.span_context().clone()
}

#[tokio::test]
async fn the_copies_of_a_snapshot_have_ids_of_their_own_once_they_are_restored() {
    let snapshot = Telemetry::new(config(&[]));
    let copies = [snapshot.copied(), snapshot.copied()];
    let same = |name| {
        let [one, other] = copies.each_ref().map(|copy| span(copy, name));
        // The trace id begins with the time.
        let low = |span: &SpanContext| span.trace_id().to_bytes()[8..].to_vec();
        (low(&one) == low(&other), one.span_id() == other.span_id())
    };
    assert_eq!(same("before"), (true, true), "they go on alike");
    for copy in &copies {
        copy.after_restore().await.unwrap();
    }
    assert_eq!(same("after"), (false, false));
}

#[tokio::test]
async fn a_snapshot_is_taken_with_the_spans_sent_and_the_connection_closed() {
    let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
    let telemetry = Telemetry::new(config_at(agent.address.clone()));
    span(&telemetry, "init");
    telemetry.before_snapshot().await.unwrap();
    assert_eq!(agent.resources(), ["init"]);
    agent.until(|counts| counts.closed == 1).await;

    telemetry.after_restore().await.unwrap();
    span(&telemetry, "work");
    telemetry.flush().await;
    assert_eq!(agent.resources(), ["init", "work"]);
    assert_eq!(agent.counts().connections, 2);
    let runtime_ids: Vec<_> = agent
        .received()
        .iter()
        .map(|request| request.chunks()[0][0].meta["runtime-id"].clone())
        .collect();
    assert_ne!(runtime_ids[0], runtime_ids[1]);
}

#[tokio::test]
async fn an_agent_that_was_away_before_the_snapshot_is_tried_at_once_after_it() {
    let _log = Log::capture();
    let path = SocketPath::new();
    let telemetry = Telemetry::new(config_at(AgentAddress::Unix(path.0.clone())));
    span(&telemetry, "init");
    // The pause is short.
    tokio::time::pause();
    telemetry.before_snapshot().await.unwrap();

    let agent = TestAgent::unix(path.0.clone(), |_, _| Step::Answer(OK.to_owned()));
    telemetry.send_within(Duration::MAX).await;
    assert_eq!(agent.counts().connections, 0, "the pause holds");
    telemetry.after_restore().await.unwrap();
    tokio::time::resume();
    telemetry.send_within(Duration::MAX).await;
    assert_eq!(agent.resources(), ["init"]);
}

#[tokio::test]
async fn a_snapshot_with_nothing_to_send_doesn_t_wait() {
    let agent = TestAgent::tcp(|_, _| Step::Hang).await;
    let telemetry = Telemetry::new(config_at(agent.address.clone()));
    let snapshot = telemetry.before_snapshot();
    let limit = Duration::from_secs(20);
    tokio::time::timeout(limit, snapshot)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(agent.counts().connections, 0);
}
