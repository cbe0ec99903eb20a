//! Services whose errors have sources.

use std::error::Error;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::lambda_http::Request;
use lambda_runtime::Diagnostic;
use lambda_runtime::tower::Service;
use pin_project_lite::pin_project;

use crate::handler::sourced_error::SourcedError;

/// Wraps an app whose errors implement [`std::error::Error`], so that the span of an error has its message and the
/// chain of its sources, as under [`traced_handler`](macro@crate::traced_handler).
///
/// A service may have any error that can be converted into a [`Diagnostic`]. Of such an error the span only has the
/// type and the message that the caller gets. The wrapper doesn't change what the caller gets. A `lambda_http::Error`
/// has its sources without the wrapper.
///
/// ```no_run
/// use dd_trace_runtime::lambda_http::{run, with_error_sources};
/// use lambda_http::{Error, Request, service_fn};
///
/// async fn order(_: Request) -> Result<String, std::io::Error> {
///     Err(std::io::Error::other("no stock"))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// run(with_error_sources(service_fn(order))).await
/// # }
/// ```
pub fn with_error_sources<S>(app: S) -> WithErrorSources<S>
where
    S: Service<Request, Error: Error + Into<Diagnostic> + Send + Sync + 'static>,
{
    WithErrorSources { app }
}

/// See [`with_error_sources`].
#[derive(Debug, Clone)]
pub struct WithErrorSources<S> {
    app: S,
}

impl<S> Service<Request> for WithErrorSources<S>
where
    S: Service<Request, Error: Error + Into<Diagnostic> + Send + Sync + 'static>,
{
    type Response = S::Response;
    type Error = SourcedError;
    type Future = Sourced<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SourcedError>> {
        self.app.poll_ready(cx).map_err(SourcedError::new)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        Sourced {
            response: self.app.call(request),
        }
    }
}

pin_project! {
    /// The response of a [`WithErrorSources`].
    #[derive(Debug)]
    #[must_use = "a future does nothing until it is polled"]
    pub struct Sourced<F> {
        #[pin]
        response: F,
    }
}

impl<F, T, E> Future for Sourced<F>
where
    F: Future<Output = Result<T, E>>,
    E: Error + Into<Diagnostic> + Send + Sync + 'static,
{
    type Output = Result<T, SourcedError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let response = ready!(self.project().response.poll(cx));
        Poll::Ready(response.map_err(SourcedError::new))
    }
}
