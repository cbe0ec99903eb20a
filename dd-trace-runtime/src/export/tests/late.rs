//! An agent that has received a request and doesn't answer in time.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Tracer as _};
use tokio::time::Instant;

use super::connections::{LONG, exporter, push, send};
use super::finished;
use crate::agent::Failure;
use crate::agent::back_off::SILENT;
use crate::agent::tests::stand_in::{OK, Received, SocketPath, Step, TestAgent, wait};
use crate::export::Exporter;
use crate::export::limits::{LATE, LATE_BYTES, LONGEST_SEND, REQUEST_BYTES, SEND_BYTES};
use crate::test_log::Log;

/// An agent that does `first` to the first request, and answers every other one.
async fn agent(first: Step) -> TestAgent {
    TestAgent::tcp(move |connection, request| match (connection, request) {
        (0, 0) => first.clone(),
        _ => Step::Answer(OK.to_owned()),
    })
    .await
}

/// A send that is dropped as soon as the agent has received its request.
async fn send_without_answer(exporter: &Arc<Exporter>, agent: &TestAgent, name: &'static str) {
    let received = agent.counts().requests;
    push(exporter, name);
    tokio::select! {
        () = exporter.send_now(LONG) => panic!("there is no answer"),
        () = agent.until(|counts| counts.requests > received) => {}
    }
}

/// The same, for a send that runs out of time.
async fn send_in_vain(exporter: &Arc<Exporter>, agent: &TestAgent, name: &'static str) {
    let started = Instant::now();
    send_without_answer(exporter, agent, name).await;
    exporter.failed(&Failure::TimedOut, started);
}

/// Sends until nothing waits: bytes on the socket may not have been noticed yet.
async fn send_until_idle(exporter: &Exporter) {
    let sends = async {
        while !exporter.is_idle() {
            exporter.send(LONG).await;
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, sends).await.unwrap();
}

fn push_bytes(exporter: &Arc<Exporter>, bytes: usize) {
    let mut span = finished(|tracer| tracer.start("large").end()).remove(0);
    span.attributes = vec![KeyValue::new("text", "x".repeat(20_000))];
    for _ in 0..bytes.div_ceil(20_000) {
        exporter.push(span.clone());
    }
}

#[tokio::test]
async fn a_send_that_is_cancelled_loses_nothing_and_sends_nothing_twice() {
    let agent = agent(Step::AnswerWhenTold(OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    send_without_answer(&exporter, &agent, "one").await;
    assert!(!exporter.is_idle(), "nobody acknowledged it");
    agent.answer();
    exporter.send(LONG).await;
    assert!(exporter.is_idle());
    assert_eq!(agent.resources(), ["one"]);
    send(&exporter, "two").await;
    assert_eq!(agent.resources(), ["one", "two"]);
    assert_eq!(agent.counts().connections, 1, "it can be used again");
}

#[tokio::test]
async fn new_spans_are_sent_while_an_answer_is_late() {
    let agent = agent(Step::AnswerWhenTold(OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    send_without_answer(&exporter, &agent, "one").await;
    push(&exporter, "two");
    {
        let mut sending = pin!(exporter.send(LONG));
        tokio::select! {
            () = &mut sending => panic!("it waits for the late answer, too"),
            () = agent.until(|counts| counts.requests == 2) => {}
        }
        agent.answer();
        sending.await;
    }
    assert!(exporter.is_idle());
    assert_eq!(agent.resources(), ["one", "two"]);
}

#[tokio::test]
async fn within_a_pause_a_late_answer_is_read_and_ends_the_pause() {
    let log = Log::capture();
    let agent = agent(Step::AnswerWhenTold(OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    send_in_vain(&exporter, &agent, "one").await;
    tokio::time::pause();
    push(&exporter, "two");
    let started = Instant::now();
    exporter.send(LONG).await;
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(agent.counts().requests, 1, "there is a pause");
    agent.answer();
    tokio::time::resume();
    send_until_idle(&exporter).await;
    assert_eq!(agent.resources(), ["one", "two"]);
    let lines = log.take();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(lines[0].contains("it didn't answer in time"), "{lines:?}");
    assert!(lines[1].starts_with("INFO the agent at http://127.0.0.1:"));
    assert!(lines[1].contains("DD_TRACE_AGENT_TIMEOUT_SECONDS"));
}

#[tokio::test]
async fn an_agent_that_is_always_late_is_reported_once() {
    let log = Log::capture();
    let pause = Duration::from_millis(10);
    let agent = TestAgent::tcp(move |_, _| Step::AnswerAfter(pause, OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    for _ in 0..5 {
        send_in_vain(&exporter, &agent, "work").await;
        send_until_idle(&exporter).await;
    }
    assert_eq!(agent.resources().len(), 5);
    assert_eq!(log.take().len(), 2);
}

#[tokio::test]
async fn a_request_that_was_written_whole_is_sent_again_when_the_connection_ends() {
    let agent = agent(Step::CloseWhenTold).await;
    let exporter = exporter(&agent.address);
    send_without_answer(&exporter, &agent, "one").await;
    agent.answer();
    agent.until(|counts| counts.closed == 1).await;
    send_until_idle(&exporter).await;
    assert_eq!(agent.resources(), ["one", "one"]);
}

#[tokio::test]
async fn a_request_that_was_written_whole_is_sent_again_when_the_late_answer_takes_nothing() {
    let busy = "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n";
    let agent = agent(Step::AnswerWhenTold(busy.to_owned())).await;
    let exporter = exporter(&agent.address);
    send_without_answer(&exporter, &agent, "one").await;
    agent.answer();
    send_until_idle(&exporter).await;
    assert_eq!(agent.resources(), ["one", "one"]);
}

#[tokio::test]
async fn an_agent_that_stays_silent_gets_the_request_again_after_two_seconds() {
    let log = Log::capture();
    let agent = agent(Step::Hang).await;
    let exporter = exporter(&agent.address);
    send_without_answer(&exporter, &agent, "one").await;
    wait(LATE / 2).await;
    tokio::time::pause();
    exporter.send_now(Duration::from_millis(1)).await;
    assert_eq!(agent.counts().requests, 1, "not before");
    tokio::time::advance(LATE / 2).await;
    exporter.send_now(Duration::from_millis(1)).await;
    tokio::time::resume();
    wait(SILENT.longest).await;
    exporter.send(LONG).await;
    assert!(exporter.is_idle());
    assert_eq!(agent.resources(), ["one", "one"]);
    assert_eq!(log.take().len(), 2);
}

#[tokio::test]
async fn a_request_that_was_written_in_part_is_sent_again_by_the_next_send() {
    let path = SocketPath::new();
    let agent = TestAgent::unix(path.0.clone(), |connection, _| match connection {
        0 => Step::Ignore,
        _ => Step::Answer(OK.to_owned()),
    });
    let exporter = exporter(&agent.address);
    push_bytes(&exporter, REQUEST_BYTES / 2);
    let spans = exporter.waiting();
    exporter.send(Duration::from_millis(1)).await;
    assert!(exporter.late.is_empty());
    exporter.send_now(LONG).await;
    assert!(exporter.is_idle());
    assert_eq!(agent.resources().len(), spans);
}

#[tokio::test]
async fn the_bytes_of_late_requests_are_bounded_and_the_rest_is_sent_again() {
    let agent = TestAgent::tcp(|connection, _| match connection {
        0..5 => Step::Hang,
        _ => Step::Answer(OK.to_owned()),
    })
    .await;
    let exporter = exporter(&agent.address);
    for _ in 0..5 {
        push_bytes(&exporter, REQUEST_BYTES / 2);
        send_without_answer(&exporter, &agent, "last").await;
        assert!(exporter.late.bytes() <= LATE_BYTES);
    }
    assert!(exporter.late.bytes() > LATE_BYTES / 2);
    let spans = exporter.waiting();
    wait(LATE).await;
    while !exporter.late.is_empty() {
        exporter.send_now(Duration::from_millis(1)).await;
    }
    exporter.send_now(LONG).await;
    assert!(exporter.is_idle());
    let mut sent = agent.received();
    sent.retain(|request| request.connection >= 5);
    let sent = sent.iter().flat_map(Received::chunks).flatten();
    assert_eq!(sent.count(), spans);
}

/// A runtime that rests never hears from its sockets, and one that is gone refuses.
#[test]
fn a_late_answer_to_another_runtime_is_not_waited_for() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    for is_gone in [false, true] {
        let of_agent = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let agent = of_agent.block_on(agent(Step::Hang));
        let exporter = exporter(&agent.address);
        let first = runtime();
        first.block_on(send_without_answer(&exporter, &agent, "one"));
        let _resting = (!is_gone).then_some(first);
        runtime().block_on(exporter.send(LONG));
        assert!(exporter.is_idle());
        assert_eq!(agent.resources(), ["one", "one"]);
    }
}

#[tokio::test]
async fn the_time_of_a_send_grows_with_what_waits_unless_the_agent_is_silent() {
    let usual = Duration::from_millis(99);
    let agent = TestAgent::tcp(|_, _| Step::Hang).await;
    for (parts, time) in [(0, usual), (1, usual * 2), (2, usual * 3), (4, usual * 5)] {
        let exporter = exporter(&agent.address);
        push_bytes(&exporter, parts * SEND_BYTES);
        assert_eq!(exporter.time_to_send(usual), time, "{parts}");
        assert_eq!(
            exporter.time_to_send(LONG),
            LONG,
            "a setting that allows more"
        );
    }
    let exporter = exporter(&agent.address);
    push_bytes(&exporter, 100 * SEND_BYTES);
    assert_eq!(exporter.time_to_send(usual), LONGEST_SEND);
    send_without_answer(&exporter, &agent, "late").await;
    push_bytes(&exporter, 4 * SEND_BYTES);
    assert_eq!(exporter.time_to_send(usual), usual);
}
