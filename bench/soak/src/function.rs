//! The function: a span below its own in each invocation.

use std::error::Error;

use dd_trace_runtime::{run, run_concurrent, traced_handler};
use lambda_runtime::LambdaEvent;
use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry::{KeyValue, global};
use serde::Deserialize;
use tokio::runtime::Builder;
use tokio::task::yield_now;

#[derive(Debug, Deserialize)]
struct Event {
    id: u64,
}

/// The spans of one invocation: the function's, and one below it.
pub const SPANS: u64 = 2;

#[traced_handler]
async fn handler(event: LambdaEvent<Event>) -> Result<String, lambda_runtime::Error> {
    // Lets other invocations run, if there are any.
    yield_now().await;
    let id = event.payload.id.to_string();
    let tracer = global::tracer_provider().tracer("soak");
    let span = tracer.span_builder("work");
    drop(tracer.build(span.with_attributes([KeyValue::new("id", id.clone())])));
    yield_now().await;
    Ok(id)
}

/// Runs until the process is ended.
pub fn main(is_concurrent: bool) -> Result<(), Box<dyn Error + Send + Sync>> {
    if is_concurrent {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        runtime.block_on(run_concurrent(handler))
    } else {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(run(handler))
    }
}
