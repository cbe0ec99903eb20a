//! Functions that are told to end.

use std::future::pending;
use std::time::Duration;

use lambda_runtime::Error;
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    match how {
        "handled" => handled().await,
        "after-run" => after_run().await,
        _ => crate::no_function(how),
    }
}

/// Ends with an exit status of its own, later than the library could delay the end.
async fn handled() -> Result<(), Error> {
    let mut signals = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        signals.recv().await;
        sleep(Duration::from_millis(400)).await;
        std::process::exit(7);
    });
    dd_trace_runtime::run(crate::order).await
}

/// Stops running after a while, says so with a span, and does something else.
async fn after_run() -> Result<(), Error> {
    let _ = timeout(
        Duration::from_millis(200),
        dd_trace_runtime::run(crate::order),
    )
    .await;
    global::tracer("tests").in_span("running no more", |_| ());
    dd_trace_runtime::init().flush().await;
    pending().await
}
