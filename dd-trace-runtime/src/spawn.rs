//! Tasks that stay in the trace.

use std::future::Future;
use std::pin::Pin;

use opentelemetry::context::FutureExt;
use tokio::task::JoinHandle;
use tracing::Instrument;

/// `tokio::spawn` in the trace of the caller.
///
/// OpenTelemetry's context and the span of `tracing` belong to the task that set them, and `tokio::spawn`
/// starts a task without them: a span in it would be a trace of its own, and a payload would carry nothing. The
/// future that this function spawns runs in the context that is active now.
///
/// The task may outlive the invocation. Lambda then freezes it until the next event, and its spans are sent
/// with those of that event. A `tracing` span that is entered here stays open until the task ends.
///
/// ```no_run
/// use dd_trace_runtime::{trace_headers, traced_handler};
/// use lambda_runtime::{Error, LambdaEvent};
/// use serde_json::Value;
///
/// #[traced_handler]
/// async fn handler(_: LambdaEvent<Value>) -> Result<usize, Error> {
///     let headers = dd_trace_runtime::spawn(async { trace_headers() });
///     Ok(headers.await?.len())
/// }
/// ```
///
/// # Panics
/// As `tokio::spawn` does: outside a Tokio runtime.
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future<Output: Send> + Send + 'static,
    F::Output: 'static,
{
    // The context goes inside: an OpenTelemetry span may be active within the `tracing` span.
    tokio::spawn(future.with_current_context().in_current_span())
}

/// `tokio::spawn` for rare futures: each type of future is another copy of tokio's code in the binary, and
/// these share one.
pub(crate) fn spawn_boxed(future: Pin<Box<dyn Future<Output = ()> + Send>>) -> JoinHandle<()> {
    tokio::spawn(future)
}
