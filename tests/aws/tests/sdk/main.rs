//! The real AWS SDK against a server on this machine: the requests that it sends, and the parent that a function finds
//! in them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]
#![allow(
    clippy::large_futures,
    reason = "the SDK's futures are, and `call` boxes them at once"
)]

mod any_service;
mod eventbridge;
mod kinesis;
mod lambda;
mod left_out;
mod log;
mod pathways;
mod pointers;
mod sfn;
mod sns;
mod span;
mod sqs;
mod untouched;
mod wire;

use std::pin::Pin;

use dd_trace_runtime::testing::{Invocation, Outcome};
use dd_trace_runtime::{Carrier, TraceContext, TracedError, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

/// A client of one of the services, traced, whose requests go to `$wire`.
macro_rules! client {
    ($sdk:ident, $wire:expr) => {
        $sdk::Client::from_conf({
            use dd_trace_runtime::aws::DatadogTracing;

            client!(config $sdk, $wire).datadog_tracing().build()
        })
    };
    (config $sdk:ident, $wire:expr) => {
        tests_aws::config!($sdk, $wire.url())
    };
}
pub(crate) use client;

type Call = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A function that makes one call.
#[traced_handler]
async fn caller(_: LambdaEvent<Value>, call: Call) -> Result<(), Error> {
    call.await;
    Ok(())
}

/// The function that is invoked with the message.
#[traced_handler]
async fn consumer(_: LambdaEvent<Value>) -> Result<(), Error> {
    Ok(())
}

type Called = Outcome<Result<(), TracedError<Error>>>;

/// Makes a call inside an invocation whose producer has decided to keep the trace.
async fn call(call: impl Future<Output = ()> + Send + 'static) -> Called {
    run(invocation(), call).await
}

fn invocation() -> Invocation {
    Invocation::raw("{}").from_producer(&producer())
}

async fn run(invocation: Invocation, call: impl Future<Output = ()> + Send + 'static) -> Called {
    let call: Call = Box::pin(call);
    invocation.run(|event| caller(event, call)).await
}

/// A context with everything that can travel.
fn producer() -> TraceContext {
    TraceContext::new(0x6553_b9c7_0000_0000_0000_0000_0000_000b, 12, Some(2))
        .with_origin("rum")
        .with_tag("_dd.p.dm", "-4")
        .with_tag("_dd.p.usr", "x")
        .with_baggage("user.id", "42")
}

/// The parent that a function finds in its event.
async fn parent_in(event: &Value) -> Option<TraceContext> {
    Invocation::of(event).run(consumer).await.parent()
}

/// Asserts that the headers are those of the span, by the texts on the wire.
#[track_caller]
fn assert_headers_of(carrier: &Value, span: &dd_trace_runtime::testing::Span) {
    let carrier = Carrier::from_json(&carrier.to_string()).unwrap();
    let ids = [
        ("x-datadog-trace-id", span.trace_id.to_string()),
        ("x-datadog-parent-id", span.span_id.to_string()),
        ("x-datadog-sampling-priority", "2".to_owned()),
        ("x-datadog-origin", "rum".to_owned()),
        ("baggage", "user.id=42".to_owned()),
    ];
    for (name, value) in ids {
        assert_eq!(carrier.get(name), Some(value.as_str()), "{name}");
    }
    let traceparent = format!(
        "00-6553b9c700000000000000000000000b-{:016x}-01",
        span.span_id
    );
    assert_eq!(carrier.get("traceparent"), Some(traceparent.as_str()));
    let tags = carrier.get("x-datadog-tags").unwrap();
    assert!(
        tags.contains("_dd.p.tid=6553b9c700000000") && tags.contains("_dd.p.usr=x"),
        "{tags}"
    );
}
