//! Tasks that stay in the trace.

use std::future::Future;
use std::pin::Pin;

use std::task::{Context as TaskContext, Poll};

use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use opentelemetry::trace::WithContext;
use tokio::task::JoinHandle;
use tracing::instrument::Instrumented;
use tracing::{Instrument, Span};

/// `tokio::spawn` in the trace of the caller.
///
/// OpenTelemetry's context and the span of `tracing` belong to the task that set them, and `tokio::spawn`
/// starts a task without them: a span in it would be a trace of its own, and a payload would carry nothing. The
/// future that this function spawns runs in the context that is active now.
///
/// Use [`in_current_trace`] where something else than `tokio::spawn` starts the task, such as a `JoinSet`.
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

/// Work that stays in the trace of the caller: a future or a closure for whatever runs it elsewhere.
///
/// This is [`spawn`] for everything that isn't `tokio::spawn`: a `JoinSet`, `spawn_local`, `spawn_blocking`, a
/// runtime's handle, a thread, a pool. The work runs in OpenTelemetry's context and in the span of `tracing` that are
/// active where this is called. A closure takes no arguments and goes into a box.
///
/// ```no_run
/// use dd_trace_runtime::{in_current_trace, trace_headers, traced_handler};
/// use lambda_runtime::{Error, LambdaEvent};
/// use tokio::task::{JoinSet, spawn_blocking};
///
/// #[traced_handler]
/// async fn handler(event: LambdaEvent<Vec<String>>) -> Result<usize, Error> {
///     let mut orders = JoinSet::new();
///     for order in event.payload {
///         orders.spawn(in_current_trace(async move { (order, trace_headers()) }));
///     }
///     let orders = orders.join_all().await;
///     let sum = spawn_blocking(in_current_trace(move || orders.len()));
///     Ok(sum.await?)
/// }
/// ```
#[must_use = "the work does nothing until something runs it"]
pub fn in_current_trace<Kind, W: Work<Kind>>(work: W) -> W::InTrace {
    work.in_trace()
}

/// What [`in_current_trace`] takes: a future, or a closure without arguments.
#[diagnostic::on_unimplemented(
    message = "this is neither a future nor a closure that another thread can run",
    label = "not work that can run elsewhere",
    note = "pass an async block, or a closure without arguments that is `Send` and owns what it uses (`move`)"
)]
pub trait Work<Kind> {
    /// The same work in the trace.
    type InTrace;

    #[doc(hidden)]
    fn in_trace(self) -> Self::InTrace;
}

/// A future, for [`Work`].
#[derive(Debug)]
pub enum OfFuture {}

/// A closure, for [`Work`].
#[derive(Debug)]
pub enum OfClosure {}

impl<F: Future> Work<OfFuture> for F {
    type InTrace = InTrace<F>;

    fn in_trace(self) -> InTrace<F> {
        // The context goes inside: an OpenTelemetry span may be active within the `tracing` span.
        let future = self.with_current_context().in_current_span();
        InTrace { future }
    }
}

impl<F, R> Work<OfClosure> for F
where
    F: FnOnce() -> R + Send + 'static,
{
    type InTrace = Box<dyn FnOnce() -> R + Send>;

    fn in_trace(self) -> Self::InTrace {
        let (span, context) = (Span::current(), Context::current());
        Box::new(move || {
            let _entered = span.enter();
            let _active = context.attach();
            self()
        })
    }
}

pin_project_lite::pin_project! {
    /// A future in the trace in which it was made; see [`in_current_trace`].
    #[derive(Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct InTrace<F> {
        #[pin]
        future: Instrumented<WithContext<F>>,
    }
}

impl<F: Future> Future for InTrace<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        self.project().future.poll(cx)
    }
}

/// `tokio::spawn` for rare futures: each type of future is another copy of tokio's code in the binary, and
/// these share one.
pub(crate) fn spawn_boxed(future: Pin<Box<dyn Future<Output = ()> + Send>>) -> JoinHandle<()> {
    tokio::spawn(future)
}
