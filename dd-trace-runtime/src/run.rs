//! Running a traced function.

use std::fmt::Debug;
use std::future::Future;

use bytes::Bytes;
use futures_core::Stream;
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Diagnostic, Error, IntoFunctionResponse, Runtime, service_fn};
use serde::Serialize;

use crate::invoke::Incoming;
use crate::layer::layer;

/// Runs a traced handler as a Lambda function: `lambda_runtime::run`, with tracing.
///
/// Initialises tracing before the first event is asked for, hands the handler the event's bytes without
/// a detour, and sends spans after each response. `handler` is a function under `#[traced_handler]`, or
/// a closure around one that holds or borrows its other arguments.
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
/// When the Lambda Runtime API cannot be reached or refuses a response. An error of the handler is
/// answered and the next event asked for.
///
/// # Panics
/// As `lambda_runtime::run` does, outside Lambda: where its environment variables are missing.
pub async fn run<F, Fut, T, E, B, S, D, SE>(handler: F) -> Result<(), Error>
where
    F: FnMut(Incoming) -> Fut,
    Fut: Future<Output = Result<T, E>>,
    E: Into<Diagnostic> + Debug,
    T: IntoFunctionResponse<B, S>,
    B: Serialize,
    S: Stream<Item = Result<D, SE>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send,
    SE: Into<Error> + Send + Debug,
{
    Runtime::new(service_fn(handler))
        .layer(TracingLayer::new())
        .layer(layer().handing_over())
        .run()
        .await
}

/// Runs a traced handler on Lambda managed instances, where one process serves several invocations at a
/// time; anywhere else it is sequential, as [`run`] is.
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
/// When the Lambda Runtime API cannot be reached any more by any of the tasks.
///
/// # Panics
/// As `lambda_runtime::run_concurrent` does: outside Lambda and outside a Tokio runtime.
pub async fn run_concurrent<F, Fut, T, E, B, S, D, SE>(handler: F) -> Result<(), Error>
where
    F: FnMut(Incoming) -> Fut + Clone + Send + 'static,
    Fut: Future<Output = Result<T, E>> + Send + 'static,
    E: Into<Diagnostic> + Debug + Send + 'static,
    T: IntoFunctionResponse<B, S> + Send + 'static,
    B: Serialize + Send + 'static,
    S: Stream<Item = Result<D, SE>> + Unpin + Send + 'static,
    D: Into<Bytes> + Send + 'static,
    SE: Into<Error> + Send + Debug + 'static,
{
    Runtime::new(service_fn(handler))
        .layer(TracingLayer::new())
        .layer(layer().handing_over())
        .run_concurrent()
        .await
}
