//! Traces `lambda_http`, and so axum and every other `tower::Service` of HTTP requests.
//!
//! With the feature `lambda_http` this module has functions with the names of `lambda_http`'s own. An app under
//! [`run`] in place of `lambda_http::run` has an `aws.lambda` span and the inferred span of API Gateway, the load
//! balancer or the function URL, in the caller's trace. No attribute is needed.
//!
//! ```sh
//! cargo add dd-trace-runtime --features lambda_http
//! cargo add lambda_http@1.3
//! cargo add axum --no-default-features
//! cargo add tokio --features macros,rt
//! ```
//!
//! ```no_run
//! use axum::{Router, extract::Path, routing::get};
//!
//! async fn order(Path(id): Path<u64>) -> String {
//!     format!("order {id}")
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), lambda_http::Error> {
//!     let app = Router::new().route("/orders/{id}", get(order));
//!     dd_trace_runtime::lambda_http::run(app).await
//! }
//! ```
//!
//! A function that takes a request is run through `service_fn`, as with `lambda_http`:
//!
//! ```no_run
//! use lambda_http::{Error, IntoResponse, Request, service_fn};
//!
//! async fn hello(request: Request) -> Result<impl IntoResponse, Error> {
//!     Ok(format!("hello {}", request.uri().path()))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! dd_trace_runtime::lambda_http::run(service_fn(hello)).await
//! # }
//! ```
//!
//! - The status of the response is the span's `http.status_code`; 5xx is an error, and so is an error of the
//!   service. A `lambda_http::Error` is described as under [`traced_handler`](macro@crate::traced_handler), and so is
//!   every `std::error::Error` under [`with_error_sources`]. Any other error has the message that the caller gets.
//! - The span of a streamed response ends when the stream ends.
//! - An event that is not an HTTP request gets the answer of `lambda_http`, and the span says so.
//! - [`service`] and [`streaming_service`] are for a `Runtime` of your own, and for unit tests.

mod service;
mod sources;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;

use ::lambda_http::{Error, IntoResponse, Request, Response};
use bytes::Bytes;
use http_body::Body;
use lambda_runtime::Diagnostic;
use lambda_runtime::tower::Service;

pub use self::service::{HttpService, StreamingHttpService, service, streaming_service};
pub use self::sources::{Sourced, WithErrorSources, with_error_sources};
pub use crate::handler::sourced_error::SourcedError;
use crate::run::{run_service, run_service_concurrent};

/// `lambda_http::run`, with tracing; see [`crate::run`] for what else that does.
///
/// # Errors
/// When the Lambda Runtime API cannot be reached or refuses a response.
///
/// # Panics
/// As `lambda_http::run` does, outside Lambda: where its environment variables are missing.
pub fn run<'a, S, R, E>(app: S) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>
where
    S: Service<Request, Response = R, Error = E> + Send + 'a,
    S::Future: Send + 'a,
    R: IntoResponse + 'a,
    E: Debug + Into<Diagnostic> + Send + 'static,
{
    run_service(service(app))
}

/// `lambda_http::run_with_streaming_response`, with tracing.
///
/// # Errors
/// As [`run`].
///
/// # Panics
/// As [`run`].
pub fn run_with_streaming_response<'a, S, B, E>(
    app: S,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + 'a>>
where
    S: Service<Request, Response = Response<B>, Error = E> + Send + 'a,
    S::Future: Send + 'a,
    E: Debug + Into<Diagnostic> + Send + 'static,
    B: Body + Unpin + Send + 'static,
    B::Data: Into<Bytes> + Send,
    B::Error: Into<Error> + Send + Debug,
{
    run_service(streaming_service(app))
}

/// `lambda_http::run_concurrent`, with tracing: for managed instances, where one process serves several
/// requests at a time.
///
/// # Errors
/// When none of the tasks can reach the Lambda Runtime API any more.
///
/// # Panics
/// As `lambda_http::run_concurrent` does: outside Lambda and outside a Tokio runtime.
pub fn run_concurrent<S, R, E>(app: S) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>
where
    S: Service<Request, Response = R, Error = E> + Clone + Send + 'static,
    S::Future: Send + 'static,
    R: IntoResponse + 'static,
    E: Debug + Into<Diagnostic> + Send + 'static,
{
    run_service_concurrent(service(app))
}

/// `lambda_http::run_with_streaming_response_concurrent`, with tracing.
///
/// # Errors
/// As [`run_concurrent`].
///
/// # Panics
/// As [`run_concurrent`].
pub fn run_with_streaming_response_concurrent<S, B, E>(
    app: S,
) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>
where
    S: Service<Request, Response = Response<B>, Error = E> + Clone + Send + 'static,
    S::Future: Send + 'static,
    E: Debug + Into<Diagnostic> + Send + 'static,
    B: Body + Unpin + Send + 'static,
    B::Data: Into<Bytes> + Send,
    B::Error: Into<Error> + Send + Debug,
{
    run_service_concurrent(streaming_service(app))
}
