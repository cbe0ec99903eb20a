//! Spans that are made without letting another task run.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::trace::{Span as _, Tracer as _};

use super::connections::LONG;
use super::{config_at, finished};
use crate::agent::tests::stand_in::{OK, Step, TestAgent};
use crate::config::Config;
use crate::export::Exporter;
use crate::export::limits::{PRESSING_BYTES, WAITING_BYTES};
use crate::test_log::Log;

/// More spans than there is room for.
const SPANS: usize = 50_000;

fn exporter(agent: &TestAgent, send_timeout: Duration) -> Arc<Exporter> {
    Arc::new(Exporter::with_relief(&Config {
        send_timeout,
        ..config_at(agent.address.clone())
    }))
}

/// Makes very many spans. Returns the most bytes that ever waited.
fn make_spans(exporter: &Arc<Exporter>) -> usize {
    let span = finished(|tracer| tracer.start("span").end()).remove(0);
    let mut most = 0;
    for _ in 0..SPANS {
        exporter.push(span.clone());
        most = most.max(exporter.queue.bytes());
    }
    most
}

/// A runtime with a thread of its own, as the test's thread makes the spans.
fn of_agent() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn spans_that_are_made_faster_than_they_are_sent_wait_and_none_is_lost() {
    let runtime = of_agent();
    let agent = runtime.block_on(TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())));
    let exporter = exporter(&agent, LONG);
    let most = make_spans(&exporter);
    assert!(most < PRESSING_BYTES + PRESSING_BYTES / 8, "{most}");
    runtime.block_on(exporter.send(LONG));
    assert!(exporter.is_idle());
    assert_eq!(agent.resources().len(), SPANS);
}

#[test]
fn inside_a_task_they_wait_too() {
    let runtime = of_agent();
    let agent = runtime.block_on(TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())));
    let exporter = exporter(&agent, LONG);
    let function = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    function.block_on(async {
        make_spans(&exporter);
        exporter.send(LONG).await;
    });
    assert_eq!(agent.resources().len(), SPANS);
}

#[test]
fn an_agent_that_does_not_answer_is_waited_for_once() {
    let log = Log::capture();
    let runtime = of_agent();
    let agent = runtime.block_on(TestAgent::tcp(|_, _| Step::Hang));
    let exporter = exporter(&agent, Duration::from_millis(1));
    let most = make_spans(&exporter);
    assert!(most <= WAITING_BYTES);
    assert_eq!(agent.counts().connections, 1);
    runtime.block_on(exporter.send_now(Duration::from_millis(1)));
    let lines = log.take();
    assert!(lines[0].contains(" lost, as more wait"), "{lines:?}");
}
