//! One kept connection, whatever the agent does with it.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{Span as _, SpanKind, TraceId, Tracer as _};

use super::{config, config_at, finished};
use crate::agent::tests::stand_in::{OK, SocketPath, Step, TestAgent};
use crate::config::AgentAddress;
use crate::export::Exporter;
use crate::sampler::Sampler;

pub(super) const LONG: Duration = Duration::from_secs(20);

pub(super) fn exporter(address: &AgentAddress) -> Arc<Exporter> {
    Arc::new(Exporter::new(&config_at(address.clone())))
}

pub(super) fn push(exporter: &Arc<Exporter>, name: &'static str) {
    for span in finished(|tracer| tracer.start(name).end()) {
        exporter.push(span);
    }
}

pub(super) async fn send(exporter: &Arc<Exporter>, name: &'static str) {
    push(exporter, name);
    exporter.send(LONG).await;
}

fn answers(answer: &str) -> impl Fn(usize, usize) -> Step + Send + Sync + 'static {
    let answer = answer.to_owned();
    move |_, _| Step::Answer(answer.clone())
}

#[tokio::test]
async fn a_request_is_what_the_agent_expects() {
    let agent = TestAgent::tcp(answers(OK)).await;
    let exporter = exporter(&agent.address);
    push(&exporter, "one");
    push(&exporter, "two");
    assert!(!exporter.is_idle());
    exporter.send(LONG).await;
    assert!(exporter.is_idle());

    let received = agent.received();
    let [request] = received.as_slice() else {
        panic!("{received:?}")
    };
    assert!(request.head.starts_with("POST /v0.4/traces HTTP/1.1\r\n"));
    let AgentAddress::Tcp { port, .. } = agent.address else {
        panic!()
    };
    assert_eq!(
        request.header("host"),
        Some(format!("127.0.0.1:{port}").as_str())
    );
    assert_eq!(request.header("content-type"), Some("application/msgpack"));
    assert_eq!(request.header("datadog-meta-lang"), Some("rust"));
    let version = Some(env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("datadog-meta-tracer-version"), version);
    assert_eq!(request.header("x-datadog-trace-count"), Some("2"));
    assert_eq!(request.chunks().len(), 2);
    assert!(!request.head.to_lowercase().contains("client-computed"));
}

#[tokio::test]
async fn sends_share_one_connection() {
    let agent = TestAgent::tcp(answers(OK)).await;
    let exporter = exporter(&agent.address);
    for name in ["one", "two", "three"] {
        send(&exporter, name).await;
    }
    assert_eq!(agent.resources(), ["one", "two", "three"]);
    assert_eq!(agent.counts().connections, 1);
}

#[tokio::test]
async fn nothing_to_send_opens_no_connection() {
    let agent = TestAgent::tcp(answers(OK)).await;
    let exporter = exporter(&agent.address);
    exporter.send(LONG).await;
    assert!(exporter.is_idle());
    send(&exporter, "one").await;
    exporter.send(LONG).await;
    assert_eq!(agent.counts().requests, 1);
}

#[tokio::test]
async fn the_connection_survives_every_form_of_answer() {
    let forms: [&[&str]; 7] = [
        &["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"],
        &["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"],
        &["HTTP/1.1 202 Accepted\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"],
        &["HTTP/1.1 204 No Content\r\n\r\n"],
        &[
            "HT",
            "TP/1.1 200 OK\r\nContent-Le",
            "ngth: 2\r\n\r",
            "\n{",
            "}",
        ],
        &[
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "1",
            "\r\n{\r",
            "\n1;x=y\r\n}\r\n",
            "0\r\nTrailer: x\r\n",
            "\r\n",
        ],
        &["HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\n{}"],
    ];
    for form in forms {
        let pieces: Vec<_> = form.iter().map(|&piece| piece.to_owned()).collect();
        let agent = TestAgent::tcp(move |_, _| Step::Pieces(pieces.clone())).await;
        let exporter = exporter(&agent.address);
        send(&exporter, "one").await;
        send(&exporter, "two").await;
        assert_eq!(agent.resources(), ["one", "two"], "{form:?}");
        assert_eq!(agent.counts().connections, 1, "{form:?}");
        assert!(exporter.is_idle(), "{form:?}");
    }
}

#[tokio::test]
async fn the_connection_is_not_kept_when_its_end_is_announced_or_unknown() {
    for answer in [
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nConnection: foo, Close\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n{}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}more than that",
    ] {
        let agent = TestAgent::tcp(answers(answer)).await;
        let exporter = exporter(&agent.address);
        send(&exporter, "one").await;
        send(&exporter, "two").await;
        assert_eq!(agent.resources(), ["one", "two"], "{answer}");
        assert_eq!(agent.counts().connections, 2, "{answer}");
    }
}

#[tokio::test]
async fn an_answer_without_a_length_ends_with_the_connection() {
    let agent =
        TestAgent::tcp(|_, _| Step::AnswerAndClose("HTTP/1.1 200 OK\r\n\r\n{}".to_owned())).await;
    let exporter = exporter(&agent.address);
    send(&exporter, "one").await;
    assert!(exporter.is_idle());
    assert_eq!(agent.resources(), ["one"]);
}

#[tokio::test]
async fn an_answer_without_end_is_accepted_but_not_read_to_the_end() {
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n{}",
        "x".repeat(200_000)
    );
    let agent = TestAgent::tcp(answers(&answer)).await;
    let exporter = exporter(&agent.address);
    send(&exporter, "one").await;
    assert!(exporter.is_idle());
    agent.until(|counts| counts.closed == 1).await;
}

#[tokio::test]
async fn a_kept_connection_that_the_agent_closed_is_replaced_once() {
    let agent = TestAgent::tcp(|connection, request| match (connection, request) {
        (0, 1) => Step::Close,
        _ => Step::Answer(OK.to_owned()),
    })
    .await;
    let exporter = exporter(&agent.address);
    send(&exporter, "one").await;
    agent.until(|counts| counts.closed == 1).await;
    send(&exporter, "two").await;
    assert_eq!(agent.resources(), ["one", "two"]);
    assert_eq!(agent.counts().connections, 2);
    assert!(exporter.is_idle());
}

#[tokio::test]
async fn a_request_is_repeated_once_and_on_a_kept_connection_only() {
    let agent = TestAgent::tcp(|connection, request| match (connection, request) {
        (0, 0) => Step::Answer(OK.to_owned()),
        _ => Step::AnswerAndClose(String::new()),
    })
    .await;
    let exporter = exporter(&agent.address);
    send(&exporter, "one").await;
    send(&exporter, "two").await;
    assert_eq!(agent.resources(), ["one", "two", "two"]);
    assert_eq!(agent.counts().connections, 2);
    assert!(!exporter.is_idle(), "nobody acknowledged it");
}

#[tokio::test]
async fn a_request_whose_answer_had_begun_is_not_repeated() {
    let agent = TestAgent::tcp(|connection, request| match (connection, request) {
        (0, 0) => Step::Answer(OK.to_owned()),
        _ => Step::AnswerAndClose("HTTP/1.1 2".to_owned()),
    })
    .await;
    let exporter = exporter(&agent.address);
    send(&exporter, "one").await;
    send(&exporter, "two").await;
    assert_eq!(agent.resources(), ["one", "two"]);
    assert_eq!(agent.counts().connections, 1);
    assert!(!exporter.is_idle());
}

#[tokio::test]
async fn sends_side_by_side_have_a_connection_each_and_one_is_kept() {
    let agent = TestAgent::tcp(|_, _| Step::AnswerWhenReceived(2, OK.to_owned())).await;
    let exporter = exporter(&agent.address);
    push(&exporter, "one");
    let one = tokio::spawn({
        let exporter = Arc::clone(&exporter);
        async move { exporter.send(LONG).await }
    });
    agent.until(|counts| counts.requests == 1).await;
    send(&exporter, "two").await;
    one.await.unwrap();
    assert!(exporter.is_idle());
    send(&exporter, "three").await;
    assert_eq!(agent.resources(), ["one", "two", "three"]);
    assert_eq!(agent.counts().connections, 2);
}

#[tokio::test]
async fn a_unix_socket_works_too() {
    let path = SocketPath::new();
    let agent = TestAgent::unix(path.0.clone(), answers(OK));
    let url = format!("unix://{}", path.0.display());
    let exporter = Arc::new(Exporter::new(&config(&[("DD_TRACE_AGENT_URL", &url)])));
    send(&exporter, "one").await;
    send(&exporter, "two").await;
    assert_eq!(agent.resources(), ["one", "two"]);
    assert_eq!(agent.counts().connections, 1);
    assert_eq!(agent.received()[0].header("host"), Some("localhost"));
}

#[tokio::test]
async fn the_rates_of_an_answer_are_the_sampler_s() {
    let rates = r#"{"rate_by_service":{"service:shop,env:":0}}"#;
    let answer = format!(
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{rates}",
        rates.len()
    );
    let agent = TestAgent::tcp(answers(&answer)).await;
    let config = config_at(agent.address.clone());
    let exporter = Arc::new(Exporter::new(&config));
    let sampler = Sampler::new(&config.sampling, config.sampled_process(), exporter.rates());
    let keeps = || {
        let id = TraceId::from(1);
        sampler
            .decide(id, "", &SpanKind::Server, [].as_slice().into())
            .0
            .priority
            > 0
    };
    assert!(keeps());
    send(&exporter, "one").await;
    assert!(!keeps());
}

/// A runtime that rests never hears from its sockets, and one that is gone refuses.
#[test]
fn a_connection_of_another_runtime_is_not_used() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap()
    };
    let of_agent = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let agent = of_agent.block_on(TestAgent::tcp(answers(OK)));
    let exporter = exporter(&agent.address);
    let resting = runtime();
    resting.block_on(send(&exporter, "one"));
    let gone = runtime();
    gone.block_on(send(&exporter, "two"));
    drop(gone);
    runtime().block_on(send(&exporter, "three"));
    assert!(exporter.is_idle());
    assert_eq!(agent.resources(), ["one", "two", "three"]);
    assert_eq!(agent.counts().connections, 3);
    drop(resting);
}

#[tokio::test]
async fn a_large_trace_arrives_whole() {
    let agent = TestAgent::tcp(answers(OK)).await;
    let exporter = exporter(&agent.address);
    let mut span = finished(|tracer| tracer.start("big").end()).remove(0);
    span.attributes = vec![opentelemetry::KeyValue::new("text", "x".repeat(20_000))];
    for _ in 0..10 {
        exporter.push(span.clone());
    }
    exporter.send(LONG).await;
    let received = agent.received();
    assert_eq!(received.len(), 1);
    assert!(received[0].body.len() > 200_000);
    assert_eq!(received[0].chunks()[0].len(), 10);
}

#[tokio::test]
async fn a_backlog_is_sent_in_several_requests() {
    let agent = TestAgent::tcp(answers(OK)).await;
    let exporter = exporter(&agent.address);
    for _ in 0..100 {
        for mut span in finished(|tracer| tracer.start("big").end()) {
            span.attributes = vec![opentelemetry::KeyValue::new("text", "x".repeat(24_000))];
            exporter.push(span);
        }
    }
    exporter.send(LONG).await;
    assert!(exporter.is_idle());
    let received = agent.received();
    assert_eq!(received.len(), 3);
    for request in &received {
        assert!(request.body.len() <= 1024 * 1024 + 5);
        let count = request.chunks().len().to_string();
        assert_eq!(
            request.header("x-datadog-trace-count"),
            Some(count.as_str())
        );
        assert_eq!(request.connection, 0);
    }
    assert_eq!(agent.resources().len(), 100);
}
