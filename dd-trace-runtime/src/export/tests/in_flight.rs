//! The last send of a process, while another task is sending.

use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use futures::poll;

use super::connections::{LONG, exporter, push};
use crate::agent::tests::stand_in::{OK, Step, TestAgent};
use crate::export::Exporter;

/// An agent that does `first` to the first request, and answers every other one.
async fn agent(first: Step) -> TestAgent {
    TestAgent::tcp(move |connection, request| match (connection, request) {
        (0, 0) => first.clone(),
        _ => Step::Answer(OK.to_owned()),
    })
    .await
}

/// A send in a task of its own, whose request the agent has received.
async fn send_elsewhere(exporter: &Arc<Exporter>, agent: &TestAgent) {
    push(exporter, "one");
    let sender = Arc::clone(exporter);
    tokio::spawn(async move { sender.send(LONG).await });
    agent.until(|counts| counts.requests == 1).await;
    assert!(exporter.is_idle(), "its span is in no queue");
}

#[tokio::test]
async fn the_last_send_waits_for_another_task_s() {
    let agent = agent(Step::AnswerWhenTold(OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    send_elsewhere(&exporter, &agent).await;
    let mut last = pin!(exporter.send_now(LONG));
    assert_eq!(poll!(&mut last), Poll::Pending);
    agent.answer();
    last.await;
    assert_eq!(agent.resources(), ["one"]);
}

#[tokio::test]
async fn the_last_send_sends_again_what_another_task_could_not() {
    let agent = agent(Step::CloseWhenTold).await;
    let exporter = exporter(&agent.address);
    send_elsewhere(&exporter, &agent).await;
    let mut last = pin!(exporter.send_now(LONG));
    assert_eq!(poll!(&mut last), Poll::Pending);
    agent.answer();
    last.await;
    assert_eq!(agent.resources(), ["one", "one"]);
    assert!(exporter.is_idle());
}

#[tokio::test]
async fn the_last_send_waits_no_longer_than_it_may() {
    let agent = agent(Step::Hang).await;
    let exporter = exporter(&agent.address);
    send_elsewhere(&exporter, &agent).await;
    tokio::time::pause();
    let limit = Duration::from_millis(250);
    let started = tokio::time::Instant::now();
    exporter.send_now(limit).await;
    // Tokio's timers have a resolution of milliseconds.
    assert_eq!(
        started.elapsed().as_millis().abs_diff(limit.as_millis()) / 2,
        0
    );
}

#[tokio::test]
async fn a_shutdown_waits_for_the_send_of_another_task_and_sends_again_what_it_could_not() {
    let agent = agent(Step::CloseWhenTold).await;
    let exporter = exporter(&agent.address);
    send_elsewhere(&exporter, &agent).await;
    let mut last = pin!(exporter.drain(LONG));
    assert_eq!(poll!(&mut last), Poll::Pending);
    agent.answer();
    assert_eq!(last.await, 0);
    assert_eq!(agent.resources(), ["one", "one"]);
}
