//! Handlers in memory, through `dd_trace_runtime::testing`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

mod authorizer;
mod batches;
mod cancelled;
mod captured;
mod carried;
mod durable;
mod errors;
mod extraction;
mod global;
mod grpc_client;
mod http;
mod http_client;
mod http_service;
mod invocation_span;
mod limits;
mod outcome;
mod parallel;
mod pathways;
mod propagation;
mod record_pathways;
mod records;
mod settings;
mod spawn;
mod tracing_spans;

use dd_trace_runtime::TraceContext;
use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

/// A context with everything that can travel.
fn producer() -> TraceContext {
    TraceContext::new(0x6553_b9c7_0000_0000_0000_0000_0000_000b, 12, Some(2))
        .with_origin("rum")
        .with_tag("_dd.p.dm", "-4")
        .with_tag("_dd.p.usr", "x")
        .with_baggage("user.id", "42")
}

/// Answers with its event.
#[traced_handler]
async fn echo(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}
