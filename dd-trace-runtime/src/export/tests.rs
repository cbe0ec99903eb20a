//! The exporter as a whole: spans in, bytes on a real socket out.

mod any_request;
mod any_span;
mod bounds;
mod connections;
mod conventions;
mod faults;
mod in_flight;
mod late;
mod mapping;
mod operations;
mod own_span;
pub(crate) mod payload;
mod pressure;
mod single_spans;
mod snapstart;
mod traces;
mod whole;

use std::collections::HashMap;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

use super::SpanData;
use crate::config::{AgentAddress, Config};
use crate::sync::lock;
use crate::tracer::any::AnyTracer;
use crate::tracer::provider::{OwnProvider, Source};

/// A tracer, and the spans that it finished.
struct Spans(OwnProvider);

impl Spans {
    fn new() -> Self {
        Self(OwnProvider::new(&config(&[])))
    }

    fn tracer(&self) -> AnyTracer {
        Source::Own(self.0.clone()).tracer("test")
    }

    fn take(&self) -> Vec<SpanData> {
        let finished = lock(&self.0.exporter.finished).take();
        finished.into_iter().map(|finished| finished.span).collect()
    }
}

/// The finished spans of `start`, which gets a tracer and must end what it starts.
fn finished(start: impl FnOnce(&AnyTracer)) -> Vec<SpanData> {
    let spans = Spans::new();
    start(&spans.tracer());
    spans.take()
}

fn config(vars: &[(&str, &str)]) -> Config {
    let vars: HashMap<_, _> = vars.iter().copied().collect();
    Config::from_vars(|name| vars.get(name).map(|value| (*value).to_owned()))
}

pub(crate) fn config_at(agent: AgentAddress) -> Config {
    Config {
        agent,
        ..config(&[("DD_SERVICE", "shop")])
    }
}

/// A parent in another process, its trace state as given.
fn remote_parent(trace_id: u128, span_id: u64, dd: &str) -> opentelemetry::Context {
    use opentelemetry::trace::TraceContextExt as _;
    let state = if dd.is_empty() {
        TraceState::NONE
    } else {
        TraceState::from_key_value([("dd", dd)]).unwrap()
    };
    opentelemetry::Context::new().with_remote_span_context(SpanContext::new(
        TraceId::from(trace_id),
        SpanId::from(span_id),
        TraceFlags::SAMPLED,
        true,
        state,
    ))
}
