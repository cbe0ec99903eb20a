//! Datadog's APM test agent, with its checks on.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use emulator::{Span, Trace, Traces};
use serde_json::Value;

use crate::peer::{LIMIT, Peer, free_port};

/// What it checks of every request, beside that it is a payload of version 0.4.
const CHECKS: &str =
    "trace_count_header,meta_tracer_version_header,trace_content_length,meta_events_is_valid_json";

#[derive(Debug)]
pub(crate) struct TestAgent(Peer);

impl TestAgent {
    pub(crate) async fn start() -> Self {
        let tell = |command: &mut Command, port: u16| {
            let otlp = [free_port(), free_port()].map(|port| port.to_string());
            command
                .args(["--port", &port.to_string(), "--log-level", "WARNING"])
                .args(["--otlp-http-port", &otlp[0], "--otlp-grpc-port", &otlp[1]])
                .env("ENABLED_CHECKS", CHECKS)
                // Else it forgets what its checks found.
                .env("DD_POOL_TRACE_CHECK_FAILURES", "true");
        };
        Self(Peer::start("ddapm-test-agent", "/info", tell).await)
    }

    pub(crate) fn url(&self) -> String {
        self.0.url("")
    }

    /// Waits until all spans that came are one trace, this one, and then for what its checks say.
    pub(crate) async fn assert_trace(&self, expected: &str) {
        self.assert_traces(&mut [expected]).await;
    }

    /// As [`assert_trace`](Self::assert_trace), with as many traces as there are.
    pub(crate) async fn assert_traces(&self, expected: &mut [&str]) {
        expected.sort_unstable();
        let limit = Instant::now() + LIMIT;
        let traces = loop {
            let traces = self.traces().await;
            if traces == expected || Instant::now() > limit {
                break traces;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert!(
            traces == expected,
            "the traces are\n\n{}\nand not\n\n{}",
            traces.join("\n"),
            expected.join("\n")
        );
        let failures = reqwest::get(self.0.url("/test/trace_check/failures")).await;
        let failures = failures.unwrap();
        assert!(
            failures.status().is_success(),
            "{}",
            failures.text().await.unwrap()
        );
    }

    /// Each trace as text, in the order of these.
    async fn traces(&self) -> Vec<String> {
        let traces = Traces::from_spans(self.spans().await);
        let mut traces: Vec<String> = traces.as_slice().iter().map(Trace::to_tree).collect();
        traces.sort_unstable();
        traces
    }

    /// The first one of that name and resource.
    pub(crate) async fn span(&self, name: &str, resource: &str) -> Span {
        let mut spans = self.spans().await.into_iter();
        let span = spans.find(|span| span.name == name && span.resource == resource);
        span.unwrap_or_else(|| panic!("there is no span {name} {resource}"))
    }

    /// All spans that came.
    pub(crate) async fn spans(&self) -> Vec<Span> {
        let answer = reqwest::get(self.0.url("/test/session/traces")).await;
        let text = answer.unwrap().text().await.unwrap();
        let traces: Vec<Vec<Value>> =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        traces.into_iter().flat_map(spans_of_trace).collect()
    }
}

/// The agent puts the chunks of all processes together by the lower half of the trace id; the upper half is said
/// once in each, if at all.
fn spans_of_trace(trace: Vec<Value>) -> Vec<Span> {
    let uppers = trace
        .iter()
        .filter_map(|span| span["meta"]["_dd.p.tid"].as_str());
    let uppers: BTreeSet<&str> = uppers.collect();
    assert!(uppers.len() <= 1, "they are of {uppers:?}: {trace:#?}");
    let upper = uppers.first().copied().unwrap_or("0");
    let upper = u64::from_str_radix(upper, 16).unwrap();
    let spans = trace.into_iter().map(|span| Span {
        trace_id_high: upper,
        ..span_of(span)
    });
    spans.collect()
}

/// Tracers leave out members or send them as null, and have some more than documented.
fn span_of(mut span: Value) -> Span {
    let members = span.as_object_mut().unwrap();
    members.retain(|name, value| !value.is_null() && KNOWN.contains(&name.as_str()));
    members.entry("parent_id").or_insert(0.into());
    members.entry("error").or_insert(0.into());
    serde_json::from_value(span).unwrap()
}

const KNOWN: [&str; 13] = [
    "service",
    "name",
    "resource",
    "type",
    "trace_id",
    "span_id",
    "parent_id",
    "start",
    "duration",
    "error",
    "meta",
    "metrics",
    "span_links",
];
