//! An agent that is away, slow or wrong: which spans are kept or lost, what it costs, and what is logged.

use std::pin::pin;
use std::task::{Context, Waker};
use std::time::Duration;

use opentelemetry::trace::{Span as _, Tracer as _};
use tokio::time::Instant;

use super::connections::{LONG, exporter, push, send};
use super::finished;
use crate::agent::back_off::UNREACHABLE;
use crate::agent::tests::stand_in::{OK, SocketPath, Step, TestAgent, refusing, wait};
use crate::config::AgentAddress;
use crate::export::limits::WAITING_BYTES;
use crate::test_log::Log;

const WITHIN: Duration = Duration::from_millis(100);

#[tokio::test]
async fn an_agent_that_refuses_the_connection_is_one_warning() {
    let log = Log::capture();
    let exporter = exporter(&refusing().await);
    for _ in 0..5 {
        send(&exporter, "work").await;
        wait(Duration::from_secs(31)).await;
    }
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("WARN traces wait, as the agent at http://127.0.0.1:"));
    assert!(lines[0].contains("it can't be reached"));
    assert!(lines[0].contains("DD_TRACE_AGENT_URL"));
    assert!(!exporter.is_idle());
}

#[tokio::test]
async fn waiting_spans_are_sent_when_the_agent_comes_back_which_is_logged_once() {
    let log = Log::capture();
    let path = SocketPath::new();
    let exporter = exporter(&AgentAddress::Unix(path.0.clone()));
    send(&exporter, "one").await;
    assert_eq!(log.take().len(), 1);
    let agent = TestAgent::unix(path.0.clone(), |_, _| Step::Answer(OK.to_owned()));
    wait(Duration::from_secs(1)).await;
    send(&exporter, "two").await;
    send(&exporter, "three").await;
    assert!(exporter.is_idle());
    let mut resources = agent.resources();
    resources.sort();
    assert_eq!(resources, ["one", "three", "two"]);
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("INFO the agent at unix://"));
    assert!(lines[0].ends_with("takes traces again"));
}

/// An agent that fails once and then works.
async fn failing_once(step: fn() -> Step) -> TestAgent {
    TestAgent::tcp(move |connection, request| match (connection, request) {
        (0, 0) => step(),
        _ => Step::Answer(OK.to_owned()),
    })
    .await
}

#[tokio::test]
async fn an_answer_that_fails_costs_the_next_send_nothing() {
    let busy = || Step::Answer("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_owned());
    let busy_and_closed =
        || Step::AnswerAndClose("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n".to_owned());
    let cut_off =
        || Step::AnswerAndClose("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{".to_owned());
    let malformed = || Step::AnswerAndClose("SSH-2.0-OpenSSH\r\n".to_owned());
    let none = || Step::AnswerAndClose(String::new());
    let steps: [fn() -> Step; 5] = [busy, busy_and_closed, cut_off, malformed, none];
    for (at, step) in steps.into_iter().enumerate() {
        let agent = failing_once(step).await;
        let exporter = exporter(&agent.address);
        send(&exporter, "one").await;
        assert!(!exporter.is_idle(), "{at}");
        send(&exporter, "two").await;
        assert!(exporter.is_idle(), "{at}");
        assert_eq!(agent.counts().requests, 2, "{at}");
        assert_eq!(agent.resources(), ["one", "one", "two"], "{at}");
    }
}

#[tokio::test]
async fn within_a_pause_the_last_chance_is_taken() {
    for drains in [false, true] {
        let path = SocketPath::new();
        let exporter = exporter(&AgentAddress::Unix(path.0.clone()));
        for _ in 0..20 {
            send(&exporter, "waiting").await;
            wait(UNREACHABLE.longest).await;
        }
        send(&exporter, "waiting").await;
        let agent = TestAgent::unix(path.0.clone(), |_, _| Step::Answer(OK.to_owned()));
        exporter.send(LONG).await;
        assert_eq!(agent.counts().connections, 0, "there is a pause");
        if drains {
            assert_eq!(exporter.drain(LONG).await, 0);
        } else {
            exporter.send_now(LONG).await;
        }
        assert_eq!(agent.resources().len(), 21);
        assert!(exporter.is_idle());
    }
}

#[tokio::test]
async fn a_send_within_a_pause_never_waits() {
    let exporter = exporter(&refusing().await);
    // The pause is short.
    tokio::time::pause();
    send(&exporter, "work").await;
    push(&exporter, "more");
    let mut send = pin!(exporter.send(LONG));
    let polled = send.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_ready());
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_hangs_costs_the_time_given_and_then_nothing() {
    let log = Log::capture();
    let agent = TestAgent::tcp(|_, _| Step::Hang).await;
    let exporter = exporter(&agent.address);
    push(&exporter, "work");
    let started = Instant::now();
    exporter.send(WITHIN).await;
    let taken = started.elapsed();
    assert!(
        taken >= WITHIN && taken < WITHIN + Duration::from_millis(5),
        "{taken:?}"
    );
    exporter.send(WITHIN).await;
    assert_eq!(started.elapsed(), taken);
    assert!(!exporter.is_idle());
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("it didn't answer in time"));
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_never_ends_costs_only_the_time_given() {
    let agent = TestAgent::tcp(|_, _| {
        Step::Answer("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{".to_owned())
    })
    .await;
    let exporter = exporter(&agent.address);
    push(&exporter, "work");
    let started = Instant::now();
    exporter.send(WITHIN).await;
    assert!(started.elapsed() < WITHIN + Duration::from_millis(5));
    assert!(!exporter.is_idle());
}

#[tokio::test]
async fn a_slow_agent_is_waited_for() {
    let pause = Duration::from_millis(20);
    let agent = TestAgent::tcp(move |_, _| Step::AnswerAfter(pause, OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    send(&exporter, "one").await;
    send(&exporter, "two").await;
    assert!(exporter.is_idle());
    assert_eq!(agent.counts().connections, 1);
}

#[tokio::test]
async fn a_send_without_time_is_neither_an_attempt_nor_an_outage() {
    let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    push(&exporter, "work");
    exporter.send(Duration::ZERO).await;
    assert_eq!(agent.counts().connections, 0);
    exporter.send(LONG).await;
    assert_eq!(agent.resources(), ["work"]);
}

#[tokio::test]
async fn spans_that_the_agent_cannot_take_now_are_kept() {
    for status in [408, 429, 500, 503] {
        let log = Log::capture();
        let agent = TestAgent::tcp(move |_, request| match request {
            0 => Step::Answer(format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n")),
            _ => Step::Answer(OK.to_owned()),
        })
        .await;
        let exporter = exporter(&agent.address);
        send(&exporter, "work").await;
        assert!(!exporter.is_idle(), "{status}");
        let lines = log.take();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains(&format!("it answered with status {status}")));
        wait(Duration::from_secs(1)).await;
        exporter.send(LONG).await;
        assert_eq!(agent.resources(), ["work", "work"]);
        assert_eq!(agent.counts().connections, 1, "the connection was in order");
        assert!(exporter.is_idle());
    }
}

#[tokio::test]
async fn spans_that_the_agent_will_never_take_are_dropped_with_one_warning() {
    let log = Log::capture();
    let body = format!("no route{}", "é".repeat(300));
    let answer = format!(
        "HTTP/1.1 404 Not Found\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let agent = TestAgent::tcp(move |_, _| Step::Answer(answer.clone())).await;
    let exporter = exporter(&agent.address);
    for _ in 0..3 {
        send(&exporter, "work").await;
        assert!(exporter.is_idle());
    }
    assert_eq!(agent.counts().requests, 3, "a refusal is no outage");
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].starts_with("WARN 1 span lost, refused by"));
    assert!(lines[0].contains("status 404"));
    let complaint = format!("\"no route{}\"", "é".repeat(192));
    assert!(lines[0].ends_with(&complaint), "{}", lines[0]);
}

#[tokio::test]
async fn a_garbled_answer_acknowledges_nothing_and_ends_the_connection() {
    for garbled in [
        "SSH-2.0-OpenSSH\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    ] {
        let log = Log::capture();
        let agent = TestAgent::tcp(|connection, _| match connection {
            0 => Step::Answer(garbled.to_owned()),
            _ => Step::Answer(OK.to_owned()),
        })
        .await;
        let exporter = exporter(&agent.address);
        send(&exporter, "work").await;
        assert!(!exporter.is_idle(), "{garbled}");
        let lines = log.take();
        assert!(lines[0].contains("its answer is of no use"), "{lines:?}");
        agent.until(|counts| counts.closed == 1).await;
        wait(Duration::from_secs(1)).await;
        exporter.send(LONG).await;
        assert!(exporter.is_idle(), "{garbled}");
    }
}

#[tokio::test]
async fn an_agent_that_closes_without_an_answer_has_acknowledged_nothing() {
    let log = Log::capture();
    let agent = TestAgent::tcp(|_, _| Step::AnswerAndClose(String::new())).await;
    let exporter = exporter(&agent.address);
    send(&exporter, "work").await;
    assert!(!exporter.is_idle());
    assert_eq!(
        agent.counts().connections,
        1,
        "a fresh connection is not tried twice"
    );
    assert!(log.take()[0].contains("closed the connection without an answer"));
}

#[tokio::test]
async fn an_answer_cut_short_acknowledges_nothing() {
    let answer = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}";
    let agent = TestAgent::tcp(|_, _| Step::AnswerAndClose(answer.to_owned())).await;
    let exporter = exporter(&agent.address);
    send(&exporter, "work").await;
    assert!(!exporter.is_idle());
}

#[tokio::test]
async fn many_spans_wait_as_long_as_there_is_room_for_their_bytes() {
    let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    let span = finished(|tracer| tracer.start("span").end()).remove(0);
    for _ in 0..10_001 {
        exporter.push(span.clone());
    }
    exporter.send(LONG).await;
    assert_eq!(agent.resources().len(), 10_001);
}

#[tokio::test]
async fn beyond_the_bytes_that_may_wait_the_oldest_spans_are_lost_with_one_warning() {
    let log = Log::capture();
    let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    push(&exporter, "oldest");
    let mut span = finished(|tracer| tracer.start("span").end()).remove(0);
    let text = "x".repeat(20_000);
    span.attributes
        .push(opentelemetry::KeyValue::new("text", text));
    for _ in 0..WAITING_BYTES / 10_000 {
        exporter.push(span.clone());
    }
    exporter.send(LONG).await;
    let resources = agent.resources();
    assert!(resources.len() > 300, "{}", resources.len());
    assert!(!resources.contains(&"oldest".to_owned()));
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("lost, as more wait"), "{lines:?}");
}

#[tokio::test]
async fn interim_answers_and_many_headers_are_skipped() {
    let headers = "X-Header: 1\r\n".repeat(100);
    for answer in [
        format!("HTTP/1.1 100 Continue\r\n\r\n{OK}"),
        format!("HTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n{OK}"),
        format!("HTTP/1.1 103 Early Hints\r\n{headers}\r\nHTTP/1.1 102 Processing\r\n\r\n{OK}"),
        OK.replacen("\r\n", &format!("\r\n{headers}"), 1),
    ] {
        let sent = answer.clone();
        let agent = TestAgent::tcp(move |_, _| Step::Answer(sent.clone())).await;
        let exporter = exporter(&agent.address);
        send(&exporter, "one").await;
        send(&exporter, "two").await;
        assert!(exporter.is_idle(), "{answer}");
        assert_eq!(agent.resources(), ["one", "two"], "{answer}");
        assert_eq!(agent.counts().connections, 1, "{answer}");
    }
}

#[test]
fn without_a_runtime_spans_are_kept_and_a_line_says_so() {
    let log = Log::capture();
    let exporter = exporter(&AgentAddress::Tcp {
        host: "127.0.0.1".to_owned(),
        port: 1,
    });
    push(&exporter, "work");
    let mut send = pin!(exporter.send(LONG));
    let polled = send.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_ready());
    assert!(!exporter.is_idle());
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("there is no tokio runtime"));
}
