//! What a host sends when it shuts down.

use std::collections::BTreeSet;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use emulator::{Agent, Behaviour, Span};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

use crate::harness::LIMIT;

/// Three times what fits into one request.
const BACKLOG: &str = "150 20000";
const SPANS: usize = 150;

/// `src/bin/worker.rs` as a process.
struct Worker {
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    fn start(agent_url: &str, limit: Duration) -> Self {
        Self::with(agent_url, limit, &[])
    }

    fn with(agent_url: &str, limit: Duration, variables: &[(&str, &str)]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_worker"))
            .arg(limit.as_millis().to_string())
            .env_clear()
            .env("DD_TRACE_AGENT_URL", agent_url)
            .env("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10")
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self {
            input: process.stdin.take().unwrap(),
            output: BufReader::new(process.stdout.take().unwrap()).lines(),
            process,
        }
    }

    /// Lets the worker make spans, and waits until they have ended.
    async fn make(&mut self, spans: &str) {
        let line = format!("{spans}\n");
        self.input.write_all(line.as_bytes()).await.unwrap();
        let made = tokio::time::timeout(LIMIT, self.output.next_line()).await;
        assert!(made.unwrap().unwrap().is_some(), "the worker has ended");
    }

    async fn terminate(&self) {
        let id = self.process.id().expect("the worker has ended").to_string();
        let kill = Command::new("kill").args(["-s", "TERM", &id]).status();
        assert!(kill.await.unwrap().success());
    }

    async fn ended(&mut self) -> (ExitStatus, String) {
        let ended = tokio::time::timeout(LIMIT, self.process.wait()).await;
        let mut said = String::new();
        let mut stderr = self.process.stderr.take().unwrap();
        stderr.read_to_string(&mut said).await.unwrap();
        (ended.expect("the worker hasn't ended").unwrap(), said)
    }
}

/// How many different spans have arrived: those that were on their way when `send_every` ended may arrive again with
/// the shutdown.
fn arrived(agent: &Agent) -> usize {
    let spans = agent.spans().into_iter().map(|span| span.span_id);
    spans.collect::<BTreeSet<_>>().len()
}

#[tokio::test]
async fn a_host_that_is_terminated_sends_more_than_one_request_holds() {
    let agent = Agent::start().await.unwrap();
    let mut worker = Worker::start(&agent.url(), LIMIT);
    worker.make(BACKLOG).await;
    worker.terminate().await;
    let (status, said) = worker.ended().await;
    assert!(status.success(), "{said}");
    assert_eq!(arrived(&agent), SPANS);
    assert!(agent.requests().len() >= 3, "{}", agent.requests().len());
}

#[tokio::test]
async fn a_shutdown_survives_an_agent_that_is_killed_halfway() {
    let agent = Agent::start().await.unwrap();
    agent.set_behaviour(Behaviour::Hang);
    let mut worker = Worker::start(&agent.url(), LIMIT);
    worker.make(BACKLOG).await;
    worker.terminate().await;
    tokio::time::timeout(LIMIT, agent.asked()).await.unwrap();
    let port = agent.port();
    agent.shutdown().await;

    let agent = Agent::start_on(port).await.unwrap();
    let (status, said) = worker.ended().await;
    assert!(status.success(), "{said}");
    assert_eq!(arrived(&agent), SPANS);
}

#[tokio::test]
async fn an_agent_that_takes_nothing_at_first_gets_everything_in_the_end() {
    let agent = Agent::start().await.unwrap();
    agent.set_behaviour(Behaviour::CloseWithoutAnswer);
    let mut worker = Worker::start(&agent.url(), LIMIT);
    worker.make(BACKLOG).await;
    worker.terminate().await;
    tokio::time::timeout(LIMIT, agent.asked()).await.unwrap();
    agent.set_behaviour(Behaviour::Answer);
    let (status, said) = worker.ended().await;
    assert!(status.success(), "{said}");
    assert_eq!(arrived(&agent), SPANS);
}

#[tokio::test]
async fn a_shutdown_without_an_agent_ends_in_time_and_says_what_is_lost() {
    let agent = Agent::start().await.unwrap();
    let url = agent.url();
    agent.shutdown().await;
    let mut worker = Worker::start(&url, Duration::from_millis(200));
    worker.make(BACKLOG).await;
    worker.terminate().await;
    let (status, said) = worker.ended().await;
    assert!(!status.success());
    assert!(said.contains("150 spans not sent in time"), "{said}");
}

#[tokio::test]
async fn a_shutdown_sends_what_data_streams_monitoring_counted_or_says_what_is_lost() {
    const ON: [(&str, &str); 1] = [("DD_DATA_STREAMS_ENABLED", "true")];
    let agent = Agent::start().await.unwrap();
    agent.set_behaviour(Behaviour::CloseWithoutAnswer);
    let mut worker = Worker::with(&agent.url(), LIMIT, &ON);
    worker.make("0 0").await;
    worker.terminate().await;
    tokio::time::timeout(LIMIT, agent.asked()).await.unwrap();
    agent.set_behaviour(Behaviour::Answer);
    let (status, said) = worker.ended().await;
    assert!(status.success(), "{said}");
    assert!(!agent.pipeline_stats().is_empty());

    let url = agent.url();
    agent.shutdown().await;
    for (spans, expected) in [
        ("0 0", "the counts of 1 pathway not sent in time"),
        (
            "2 10",
            "2 spans and the counts of 1 pathway not sent in time",
        ),
    ] {
        let mut worker = Worker::with(&url, Duration::from_millis(200), &ON);
        worker.make(spans).await;
        worker.terminate().await;
        let (status, said) = worker.ended().await;
        assert!(!status.success());
        assert!(said.contains(expected), "{said}");
    }
}

#[tokio::test]
async fn a_host_that_makes_many_spans_sends_them_before_the_queue_is_full() {
    let agent = Agent::start().await.unwrap();
    let mut worker = Worker::start(&agent.url(), LIMIT);
    for round in 1..=4 {
        worker.make("1500 10").await;
        worker.make("1500 10").await;
        let all = |spans: &[Span]| spans.len() == 3_000 * round;
        assert!(agent.wait_for(all, LIMIT).await.is_ok(), "round {round}");
    }
    worker.terminate().await;
    let (status, said) = worker.ended().await;
    assert!(status.success(), "{said}");
    assert_eq!(agent.spans().len(), 12_000);
}
