//! A trace is sent whole.

use std::sync::Arc;

use opentelemetry::Context;
use opentelemetry::trace::{Span as _, SpanBuilder, TraceContextExt as _, Tracer as _};

use super::config_at;
use super::connections::LONG;
use crate::agent::tests::stand_in::{OK, Received, Step, TestAgent};
use crate::config::Config;
use crate::export::limits::OPEN_BYTES;
use crate::tracer::any::AnyTracer;
use crate::tracer::provider::{OwnProvider, Source};

/// A process, and an agent that takes everything.
struct Process {
    agent: TestAgent,
    provider: OwnProvider,
    tracer: AnyTracer,
}

impl Process {
    async fn start() -> Self {
        Self::with_parts_of(300).await
    }

    async fn with_parts_of(spans: usize) -> Self {
        let agent = TestAgent::tcp(|_, _| Step::Answer(OK.to_owned())).await;
        let config = Config {
            partial_flush: Some(spans),
            ..config_at(agent.address.clone())
        };
        let provider = OwnProvider::new(&config);
        let tracer = Source::Own(provider.clone()).tracer("test");
        Self {
            agent,
            provider,
            tracer,
        }
    }

    fn open(&self, name: &'static str) -> Context {
        Context::new().with_span(self.tracer.start_with_context(name, &Context::new()))
    }

    fn child(&self, root: &Context, name: &'static str) {
        self.tracer.start_with_context(name, root).end();
    }

    async fn send(&self) {
        self.provider.exporter.send(LONG).await;
    }

    /// The names of the spans in each chunk that was sent.
    fn sent(&self) -> Vec<Vec<String>> {
        let received = self.agent.received();
        let chunks = received.iter().flat_map(Received::chunks);
        chunks
            .map(|chunk| chunk.into_iter().map(|span| span.resource).collect())
            .collect()
    }
}

#[tokio::test]
async fn a_trace_waits_for_the_end_of_its_local_root() {
    let process = Process::start().await;
    let root = process.open("root");
    process.child(&root, "first");
    process.send().await;
    process.child(&root, "second");
    process.send().await;
    assert!(process.sent().is_empty());
    root.span().end();
    process.send().await;
    assert_eq!(process.sent(), [["root", "first", "second"]]);
}

#[tokio::test]
async fn open_traces_hold_no_other_trace_up() {
    let process = Process::start().await;
    let open = process.open("open");
    let other = process.open("other");
    for (root, name) in [(&open, "of open"), (&other, "of other"), (&open, "of open")] {
        process.child(root, name);
    }
    other.span().end();
    process.send().await;
    assert_eq!(process.sent(), [["other", "of other"]]);
    open.span().end();
    process.send().await;
    assert_eq!(process.sent()[1], ["open", "of open", "of open"]);
}

#[tokio::test]
async fn two_requests_of_one_trace_are_two_local_traces() {
    let process = Process::start().await;
    let remote = super::remote_parent(7, 8, "");
    let request = |name: &'static str| {
        let span = SpanBuilder::from_name(name);
        remote.with_span(process.tracer.build_with_context(span, &remote))
    };
    let (one, two) = (request("one"), request("two"));
    process.child(&one, "of one");
    process.child(&two, "of two");
    one.span().end();
    process.send().await;
    assert_eq!(process.sent(), [["one", "of one"]]);
    two.span().end();
    process.send().await;
    assert_eq!(process.sent()[1], ["two", "of two"]);
}

#[tokio::test]
async fn spans_that_end_after_the_root_go_with_the_next_send() {
    let process = Process::start().await;
    let root = process.open("root");
    let mut late = process.tracer.start_with_context("late", &root);
    root.span().end();
    process.send().await;
    process.child(&root, "later");
    late.end();
    process.send().await;
    assert_eq!(process.sent(), [vec!["root"], vec!["later", "late"]]);
}

#[tokio::test]
async fn spans_of_a_trace_are_sent_before_it_ends_if_enough_wait() {
    let process = Process::with_parts_of(3).await;
    let (root, other) = (process.open("root"), process.open("other"));
    for _ in 0..2 {
        process.child(&root, "part");
        process.child(&other, "of other");
    }
    process.send().await;
    assert!(process.sent().is_empty(), "four wait, but of two traces");
    process.child(&root, "part");
    process.child(&root, "rest");
    process.send().await;
    assert_eq!(process.sent(), [["part", "part", "part"]]);
    root.span().end();
    process.send().await;
    assert_eq!(process.sent()[1], ["root", "rest"]);
}

#[tokio::test]
async fn the_last_chance_waits_for_no_root() {
    for drains in [false, true] {
        let process = Process::start().await;
        let root = process.open("root");
        process.child(&root, "child");
        if drains {
            assert_eq!(process.provider.exporter.drain(LONG).await, 0);
        } else {
            process.provider.exporter.send_now(LONG).await;
        }
        assert_eq!(process.sent(), [["child"]]);
    }
}

#[tokio::test]
async fn the_bytes_of_open_traces_are_bounded() {
    let process = Process::start().await;
    let text = "x".repeat(20_000);
    let roots: Vec<_> = (0..1_000).map(|_| process.open("root")).collect();
    for root in &roots {
        let attributes = vec![opentelemetry::KeyValue::new("text", text.clone())];
        let span = SpanBuilder::from_name("child").with_attributes(attributes);
        process.tracer.build_with_context(span, root).end();
        assert!(crate::sync::lock(&process.provider.exporter.finished).size() < OPEN_BYTES);
        process.send().await;
    }
    process.provider.exporter.send_now(LONG).await;
    assert_eq!(process.sent().len(), roots.len());
}

/// The root, which ends on another thread, takes along a span that found it open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_span_that_ends_with_its_root_on_another_thread_is_not_forgotten() {
    let process = Arc::new(Process::start().await);
    for _ in 0..500 {
        let root = process.open("root");
        let child = process.tracer.start_with_context("child", &root);
        let ended = tokio::task::spawn_blocking(move || {
            let mut child = child;
            child.end();
        });
        root.span().end();
        ended.await.unwrap();
    }
    process.send().await;
    assert!(process.provider.exporter.is_idle());
    let sent: usize = process.sent().iter().map(Vec::len).sum();
    assert_eq!(sent, 1_000);
}
