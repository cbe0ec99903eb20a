//! A host that runs until it is told to end, and then sends the spans that wait.

use std::time::Duration;

use dd_trace_runtime::Traced;
use examples::{MyCustomClient, local};
use lambda_runtime::Error;
use opentelemetry::trace::{FutureExt, TraceContextExt, Tracer};
use opentelemetry::{Context, global};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

/// The host's own work.
async fn work() -> Result<(), Error> {
    for id in 1..=3 {
        let span = global::tracer("shop").start("publish");
        let active = Context::current_with_span(span);
        publish(id).with_context(active).await?;
    }
    Ok(())
}

async fn publish(id: u64) -> Result<(), Error> {
    let order = Traced::new(json!({ "id": id }));
    let order = serde_json::to_string(&order)?; // includes the trace context of the span
    Ok(MyCustomClient.send_request(&order).await?)
}

async fn program() -> Result<(), Error> {
    let mut terminate = signal(SignalKind::terminate())?;
    let telemetry = dd_trace_runtime::init();
    let sending = telemetry.send_every(Duration::from_secs(1));
    let worked = tokio::select! {
        worked = work() => worked,
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => Ok(interrupted?),
    };
    drop(sending);
    if let Err(unsent) = telemetry.shutdown(Duration::from_secs(5)).await {
        eprintln!("{unsent}"); // only spans are lost: the work is done
    }
    worked
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::host(program()).await
}
