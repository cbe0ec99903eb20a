//! Running a traced function, on Lambda or on a host.
//!
//! - In: the user's handler.
//! - Out: a `lambda_runtime` service behind our [`layer`], which passes the raw bytes to the handler and sends the
//!   spans
//!   after the response. [`sigterm`], [`snapstart`] and [`host`] add to that.
//! - Next: `lambda_runtime`, which polls for the next event.

pub(crate) mod host;
pub(crate) mod layer;
mod posted;
#[cfg(unix)]
pub(crate) mod sigterm;
pub(crate) mod snapstart;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_core::Stream;
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::tower::Service;
use lambda_runtime::{Diagnostic, Error, IntoFunctionResponse, Runtime, service_fn};
use serde::Serialize;

use self::layer::TraceLayer;
use self::posted::Posting;
use crate::event::raw::RawEvent;
use crate::handler::error::TracedError;
use crate::invocation::Incoming;
#[cfg(unix)]
use crate::telemetry::init;

/// What [`run`] and [`run_concurrent`] run: a function under `#[traced_handler]`, or a closure that
/// calls one with its other arguments.
///
/// The trait is implemented for both. A closure that reads the event before it passes it on must name the event's
/// type: `|event: LambdaEvent<RawEvent>|`.
#[diagnostic::on_unimplemented(
    message = "this is not a traced handler",
    label = "not a function under `#[traced_handler]`",
    note = "put `#[traced_handler]` on the function and pass its name, without `service_fn`",
    note = "if it takes more than the event, pass a closure: `|event| handler(&client, event)`"
)]
pub trait TracedHandler<Event, Fut>: FnMut(Event) -> Fut {
    /// Calls the handler.
    #[doc(hidden)]
    fn call(&mut self, event: Incoming) -> Fut;
}

// rustc should say that the handler isn't traced, and not from which of these bounds it concluded so. That works for
// a bound that fails, but not for an `FnMut` with other parameters: hence `Event`.
#[diagnostic::do_not_recommend]
impl<F, Event, Fut, T, E> TracedHandler<Event, Fut> for F
where
    F: FnMut(Event) -> Fut,
    RawEvent: IsEventOf<Event>,
    Fut: Future<Output = Result<T, TracedError<E>>>,
{
    fn call(&mut self, event: Incoming) -> Fut {
        self(RawEvent::given_as(event))
    }
}

/// The event that a traced handler takes.
pub trait IsEventOf<Event> {
    /// The event as this type, which it already has.
    fn given_as(event: Incoming) -> Event;
}

impl IsEventOf<Incoming> for RawEvent {
    fn given_as(event: Incoming) -> Incoming {
        event
    }
}

/// Runs a traced handler as a Lambda function: `lambda_runtime::run`, with tracing.
///
/// Initialises tracing before the first event is asked for, passes the event's bytes straight to the handler, and sends
/// spans after each response. At SIGTERM it sends the spans that wait, within a quarter of a second, before the signal
/// ends the process; if you handle the signal yourself, it leaves the end to you. Under SnapStart it restores tracing
/// with the snapshot.
///
/// `handler` is a function under `#[traced_handler]`, or a closure around one that holds or borrows its other
/// arguments. The span has the outcome of the closure, which may differ from the handler's.
///
/// ```no_run
/// use dd_trace_runtime::traced_handler;
/// use lambda_runtime::{Error, LambdaEvent};
/// use serde_json::Value;
///
/// struct Client;
///
/// #[traced_handler]
/// async fn handler(client: &Client, event: LambdaEvent<Value>) -> Result<Value, Error> {
///     Ok(event.payload)
/// }
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> Result<(), Error> {
///     let client = Client;
///     dd_trace_runtime::run(|event| handler(&client, event)).await
/// }
/// ```
///
/// # Errors
/// If the Lambda Runtime API can't be reached or refuses a response. An error of the handler is posted, and the next
/// event asked for.
///
/// # Panics
/// Like `lambda_runtime::run`, if Lambda's environment variables are missing.
pub fn run<'a, F, Event, Fut, T, E, B, S, D, SE>(
    handler: F,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>
where
    F: TracedHandler<Event, Fut> + 'a,
    Fut: Future<Output = Result<T, E>> + 'a,
    E: Into<Diagnostic> + Debug + 'a,
    T: IntoFunctionResponse<B, S> + 'a,
    B: Serialize + 'a,
    S: Stream<Item = Result<D, SE>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send + 'a,
    SE: Into<Error> + Send + Debug + 'a,
    Event: 'a,
{
    let mut handler = handler;
    run_service(service_fn(move |event| handler.call(event)))
}

/// Runs a traced handler on Lambda managed instances, where one process serves several invocations at a
/// time; anywhere else it is sequential, like [`run`].
///
/// The handler is called from several tasks, so it cannot borrow: share clients as `Arc` or
/// `&'static`.
///
/// ```no_run
/// # use dd_trace_runtime::traced_handler;
/// # use lambda_runtime::{Error, LambdaEvent};
/// # use serde_json::Value;
/// # struct Client;
/// use std::sync::Arc;
///
/// #[traced_handler]
/// async fn handler(client: Arc<Client>, event: LambdaEvent<Value>) -> Result<Value, Error> {
///     Ok(event.payload)
/// }
///
/// #[tokio::main]
/// async fn main() -> Result<(), Error> {
///     let client = Arc::new(Client);
///     dd_trace_runtime::run_concurrent(move |event| handler(client.clone(), event)).await
/// }
/// ```
///
/// # Errors
/// If none of the tasks can reach the Lambda Runtime API any more.
///
/// # Panics
/// Like `lambda_runtime::run_concurrent`, outside Lambda and outside a Tokio runtime.
pub fn run_concurrent<F, Event, Fut, T, E, B, S, D, SE>(
    handler: F,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>
where
    F: TracedHandler<Event, Fut> + Clone + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    E: Into<Diagnostic> + Debug + Send + 'static,
    T: IntoFunctionResponse<B, S> + Send + 'static,
    B: Serialize + Send + 'static,
    S: Stream<Item = Result<D, SE>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send + 'static,
    SE: Into<Error> + Send + Debug + 'static,
    Event: 'static,
{
    let mut handler = handler;
    run_service_concurrent(service_fn(move |event| handler.call(event)))
}

/// Runs a service that makes the spans itself.
pub(crate) fn run_service<'a, F, T, B, S, D, SE>(
    service: F,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>
where
    F: Service<Incoming, Response = T> + 'a,
    F::Future: Future<Output = Result<T, F::Error>> + 'a,
    F::Error: Into<Diagnostic> + Debug + 'a,
    T: IntoFunctionResponse<B, S> + 'a,
    B: Serialize + 'a,
    S: Stream<Item = Result<D, SE>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send + 'a,
    SE: Into<Error> + Send + Debug + 'a,
{
    Box::pin(async move {
        let telemetry = init();
        #[cfg(unix)]
        let _sigterm = sigterm::watch(telemetry.clone());
        Runtime::new(Posting::new(service))
            .layer(TracingLayer::new())
            .layer(TraceLayer::new(telemetry.clone()).handing_over())
            .register_snapstart_resource(Arc::new(telemetry))
            .run()
            .await
    })
}

/// Runs a service that makes the spans itself, for several invocations at a time.
pub(crate) fn run_service_concurrent<F, T, B, S, D, SE>(
    service: F,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>
where
    F: Service<Incoming, Response = T> + Clone + Send + 'static,
    F::Future: Future<Output = Result<T, F::Error>> + Send + 'static,
    F::Error: Into<Diagnostic> + Debug + Send + 'static,
    T: IntoFunctionResponse<B, S> + Send + 'static,
    B: Serialize + Send + 'static,
    S: Stream<Item = Result<D, SE>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send + 'static,
    SE: Into<Error> + Send + Debug + 'static,
{
    Box::pin(async move {
        let telemetry = init();
        #[cfg(unix)]
        let _sigterm = sigterm::watch(telemetry.clone());
        Runtime::new(Posting::new(service))
            .layer(TracingLayer::new())
            .layer(TraceLayer::new(telemetry.clone()).handing_over())
            .register_snapstart_resource(Arc::new(telemetry))
            .run_concurrent()
            .await
    })
}
