//! Datadog's APM test agent, with its checks on.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::{Duration, Instant};

use emulator::{Span, Trace, Traces};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{LIMIT, Peer, free_port, within_limit};

/// The checks that the agent makes of requests and spans from every tracer. Two more need a tracer that reports its
/// environment. The agent also refuses a payload that isn't of version 0.4.
pub const CHECKS: [&str; 4] = [
    "trace_count_header",
    "meta_tracer_version_header",
    "trace_content_length",
    "meta_events_is_valid_json",
];

/// The agent as a process: it keeps and checks the traces that it receives.
#[derive(Debug)]
pub struct TestAgent(Peer);

impl TestAgent {
    /// Starts an agent on a free port and waits until it answers.
    pub async fn start() -> Self {
        let tell = |command: &mut Command, port: u16| {
            let otlp = [free_port(), free_port()].map(|port| port.to_string());
            command
                .args(["--port", &port.to_string(), "--log-level", "WARNING"])
                .args(["--otlp-http-port", &otlp[0], "--otlp-grpc-port", &otlp[1]])
                .env("ENABLED_CHECKS", CHECKS.join(","))
                // Without it the agent forgets the results of its checks.
                .env("DD_POOL_TRACE_CHECK_FAILURES", "true");
        };
        Self(Peer::start("ddapm-test-agent", "/info", tell).await)
    }

    /// The value for `DD_TRACE_AGENT_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        self.0.url("")
    }

    /// The body of the agent's answer, whatever the status.
    pub async fn get(&self, path: &str) -> String {
        let answer = async { reqwest::get(self.0.url(path)).await?.text().await };
        within_limit("the test agent", answer).await.unwrap()
    }

    /// Makes the agent forget all traces.
    pub async fn clear(&self) {
        self.get("/test/session/clear").await;
    }

    /// The chunks that the agent has received, with spans of type `T`.
    pub async fn chunks<T: DeserializeOwned>(&self) -> Vec<Vec<T>> {
        let text = self.get("/test/session/traces").await;
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// All spans that the agent has received.
    pub async fn spans(&self) -> Vec<Span> {
        let traces = self.chunks().await;
        traces.into_iter().flat_map(spans_of_trace).collect()
    }

    /// The first span with this name and resource.
    pub async fn span(&self, name: &str, resource: &str) -> Span {
        let mut spans = self.spans().await.into_iter();
        let span = spans.find(|span| span.name == name && span.resource == resource);
        span.unwrap_or_else(|| panic!("there is no span {name} {resource}"))
    }

    /// The `aws.lambda` span of each of the `services`, once all have arrived.
    pub async fn functions(&self, services: &[&str]) -> Vec<Span> {
        let all = async || {
            let spans = self.spans().await;
            let function = |service: &&str| {
                let is = |span: &&Span| span.name == "aws.lambda" && span.service == *service;
                spans.iter().find(is).cloned()
            };
            services.iter().map(function).collect::<Option<Vec<_>>>()
        };
        let what = format!("the spans of {services:?}");
        within_limit(&what, until(all)).await
    }

    /// Waits until all spans that have arrived form this one trace, and asserts that no check has failed.
    pub async fn assert_trace(&self, expected: &str) {
        self.assert_traces(&mut [expected]).await;
    }

    /// As [`assert_trace`](Self::assert_trace), with any number of traces.
    pub async fn assert_traces(&self, expected: &mut [&str]) {
        expected.sort_unstable();
        let limit = Instant::now() + LIMIT;
        let settled = async || {
            let traces = self.traces().await;
            (traces == expected || Instant::now() > limit).then_some(traces)
        };
        let traces = until(settled).await;
        assert!(
            traces == expected,
            "the traces are\n\n{}\ninstead of\n\n{}",
            traces.join("\n"),
            expected.join("\n")
        );
        self.assert_no_failures().await;
    }

    /// Asserts that no check of a request or a span has failed.
    pub async fn assert_no_failures(&self) {
        let failures = self.get("/test/trace_check/failures").await;
        assert_eq!(failures, "200: OK");
    }

    /// Each trace as text, in the order of the texts.
    async fn traces(&self) -> Vec<String> {
        let traces = Traces::from_spans(self.spans().await);
        let mut traces: Vec<String> = traces.as_slice().iter().map(Trace::to_tree).collect();
        traces.sort_unstable();
        traces
    }
}

/// Asks until there is an answer.
async fn until<T>(ask: impl AsyncFn() -> Option<T>) -> T {
    loop {
        if let Some(it) = ask().await {
            return it;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The spans of a trace, all with its upper half. The agent joins the chunks of all processes by the lower half of the
/// trace id, and a chunk names the upper half once at most.
fn spans_of_trace(trace: Vec<Value>) -> Vec<Span> {
    let uppers = trace
        .iter()
        .filter_map(|span| span["meta"]["_dd.p.tid"].as_str());
    let uppers: BTreeSet<&str> = uppers.collect();
    assert!(
        uppers.len() <= 1,
        "the upper halves are {uppers:?}: {trace:#?}"
    );
    let upper = uppers.first().copied().unwrap_or("0");
    let upper = u64::from_str_radix(upper, 16).unwrap();
    let spans = trace.into_iter().map(|span| Span {
        trace_id_high: upper,
        ..span_of(span)
    });
    spans.collect()
}

/// Some tracers send null members and members that aren't documented, and the agent's JSON shows some floats as
/// integers.
fn span_of(mut span: Value) -> Span {
    let members = span.as_object_mut().unwrap();
    members.retain(|name, value| !value.is_null() && KNOWN.contains(&name.as_str()));
    if let Some(Value::Object(metrics)) = members.get_mut("metrics") {
        for value in metrics.values_mut() {
            *value = value.as_f64().into();
        }
    }
    Span::deserialize(&span).unwrap_or_else(|error| panic!("{error}: {span:#}"))
}

/// The members of a span that are compared.
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
