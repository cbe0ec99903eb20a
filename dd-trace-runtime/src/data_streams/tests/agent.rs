//! The counts of Data Streams Monitoring, sent to an agent that is away, slow or wrong.

use std::time::Duration;

use crate::agent::tests::stand_in::{Step, TestAgent, refusing, wait};
use crate::data_streams::agent::PipelineStats;
use crate::test_log::Log;

const WITHIN: Duration = Duration::from_millis(100);
const ACCEPTED: &str = "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n";

#[tokio::test]
async fn a_body_is_sent_whole_and_its_connection_is_kept() {
    let agent = TestAgent::tcp(|_, _| Step::Answer(ACCEPTED.to_owned())).await;
    let stats = PipelineStats::new(agent.address.clone());
    for body in [&b"one"[..], b"two"] {
        assert!(stats.send(body, WITHIN).await);
    }
    let received = agent.received();
    let bodies: Vec<_> = received.iter().map(|request| &request.body[..]).collect();
    assert_eq!(bodies, [b"one", b"two"]);
    assert_eq!(agent.counts().connections, 1);
    assert!(
        received[0]
            .head
            .starts_with("POST /v0.1/pipeline_stats HTTP/1.1\r\n")
    );
    assert_eq!(received[0].header("content-encoding"), Some("gzip"));
    assert_eq!(
        received[0].header("content-type"),
        Some("application/msgpack")
    );
}

#[tokio::test]
async fn a_kept_connection_that_the_agent_closed_is_replaced() {
    let agent = TestAgent::tcp(|_, _| Step::AnswerAndClose(ACCEPTED.to_owned())).await;
    let stats = PipelineStats::new(agent.address.clone());
    for sends in 1..4 {
        assert!(stats.send(b"counted", WITHIN).await);
        agent.until(|counts| counts.closed == sends).await;
    }
}

#[tokio::test]
async fn an_agent_that_does_not_know_the_path_loses_them_and_one_line_says_so() {
    let log = Log::capture();
    let agent = TestAgent::tcp(|_, _| {
        Step::Answer("HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nunknown".to_owned())
    })
    .await;
    let stats = PipelineStats::new(agent.address.clone());
    for _ in 0..3 {
        assert!(stats.send(b"counted", WITHIN).await);
    }
    let lines = log.take();
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(
        lines[0].contains("refused it with status 404: \"unknown\""),
        "{lines:?}"
    );
}

#[tokio::test]
async fn an_agent_that_is_busy_gets_them_again_without_a_pause() {
    let agent = TestAgent::tcp(|_, request| {
        Step::Answer(match request {
            0 => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n".to_owned(),
            _ => ACCEPTED.to_owned(),
        })
    })
    .await;
    let stats = PipelineStats::new(agent.address.clone());
    assert!(!stats.send(b"counted", WITHIN).await);
    assert!(stats.is_ready());
    assert!(stats.send(b"counted", WITHIN).await);
}

#[tokio::test]
async fn an_agent_that_is_away_or_silent_is_left_alone_for_a_while_and_one_line_says_so() {
    let silent = TestAgent::tcp(|_, _| Step::Hang).await;
    for (address, pause) in [
        (refusing().await, Duration::from_millis(5)),
        (silent.address.clone(), Duration::from_secs(1)),
    ] {
        let log = Log::capture();
        let stats = PipelineStats::new(address);
        for _ in 0..2 {
            assert!(stats.is_ready());
            assert!(!stats.send(b"counted", WITHIN).await);
            assert!(!stats.is_ready());
            wait(pause * 2).await;
        }
        let lines = log.take();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].contains("DD_TRACE_AGENT_URL"), "{lines:?}");
    }
}
