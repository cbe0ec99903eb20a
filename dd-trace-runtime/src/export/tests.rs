//! The exporter as a whole: spans of the real SDK in, bytes on a real socket out.

mod agent;
mod any_request;
mod any_span;
mod bounds;
mod connections;
mod conventions;
mod faults;
mod mapping;
mod operations;
mod payload;
mod snapstart;
mod traces;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider, SpanData, SpanProcessor};

use crate::config::{AgentAddress, Config};

/// A tracer of the real SDK, and the spans that it finished.
struct Spans {
    provider: SdkTracerProvider,
    finished: Arc<Mutex<Vec<SpanData>>>,
}

#[derive(Debug)]
struct Collect(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Collect {
    fn on_start(&self, _: &mut opentelemetry_sdk::trace::Span, _: &opentelemetry::Context) {}

    fn on_end(&self, span: SpanData) {
        self.0.lock().unwrap().push(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Spans {
    fn new() -> Self {
        let finished = Arc::default();
        Self {
            provider: SdkTracerProvider::builder()
                .with_span_processor(Collect(Arc::clone(&finished)))
                .build(),
            finished,
        }
    }

    fn tracer(&self) -> SdkTracer {
        use opentelemetry::trace::TracerProvider as _;
        self.provider.tracer("test")
    }

    fn take(&self) -> Vec<SpanData> {
        std::mem::take(&mut self.finished.lock().unwrap())
    }
}

/// What one span becomes: `start` gets a tracer and has to end what it starts.
fn finished(start: impl FnOnce(&SdkTracer)) -> Vec<SpanData> {
    let spans = Spans::new();
    start(&spans.tracer());
    spans.take()
}

fn config(vars: &[(&str, &str)]) -> Config {
    let vars: HashMap<_, _> = vars.iter().copied().collect();
    Config::from_vars(|name| vars.get(name).map(|value| (*value).to_owned()))
}

fn config_at(agent: AgentAddress) -> Config {
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
