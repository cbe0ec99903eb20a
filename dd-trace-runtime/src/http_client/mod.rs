//! Outgoing HTTP requests, through any client that is a `tower` service: feature `tower`.
//!
//! [`layer()`] goes around a service of `http::Request`s, and makes a span `http.request` of each request below the
//! active one, whose id the request's headers carry:
//!
//! ```
//! use dd_trace_runtime::http_client;
//! use http::{Request, Response};
//! use lambda_runtime::tower::{BoxError, ServiceBuilder, ServiceExt};
//!
//! # async fn example() -> Result<(), BoxError> {
//! # let hyper = lambda_runtime::tower::service_fn(async |_: Request<String>| Ok::<_, BoxError>(Response::new(())));
//! // `hyper_util::client::legacy::Client`, a `tonic` channel, or a client below layers of your own.
//! let client = ServiceBuilder::new().layer(http_client::layer()).service(hyper);
//! let request = Request::get("https://shop.example/orders/7").body(String::new())?;
//! let response = client.oneshot(request).await?;
//! # drop(response);
//! # Ok(())
//! # }
//! ```
//!
//! The guide shows it with [hyper, reqwest and tonic](crate::guide::producers#an-http-client).
//!
//! - The span ends when the head of the response has arrived. Its tags are the method, URL, host and status. Its resource is
//!   `GET /orders/?`: `?` replaces each part of the path that has a digit. The URL has no query and no password.
//! - A status from 400 to 499 is an error of the span, as in Datadog's tracers; `DD_TRACE_HTTP_CLIENT_ERROR_STATUSES`
//!   names others, such as `400-599`. An error of the client is one, too, and so is a request that is dropped before its
//!   response arrives.
//! - The span is active while the client works, so the spans of layers inside it are below it. Outside a layer that repeats
//!   requests there is one span for all attempts, inside it one for each.
//! - Trace headers that a request already has are replaced.
//! - Without an active trace, and with `DD_TRACE_ENABLED=false`, a request stays as it is.

mod future;
mod span;

use std::fmt::{Debug, Display};
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_layer::Layer;
use tower_service::Service;

pub use self::future::ResponseFuture;
use self::span::RequestSpan;

/// Traces the requests of an HTTP client; see the [module](self).
#[must_use]
pub fn layer() -> HttpClientLayer {
    HttpClientLayer(())
}

/// The layer that [`layer()`] gives.
#[derive(Debug, Clone, Copy)]
pub struct HttpClientLayer(());

/// An HTTP client whose requests are traced.
#[derive(Debug, Clone, Copy)]
pub struct HttpClient<S>(S);

impl<S> Layer<S> for HttpClientLayer {
    type Service = HttpClient<S>;

    fn layer(&self, client: S) -> HttpClient<S> {
        HttpClient(client)
    }
}

impl<S, B, R> Service<Request<B>> for HttpClient<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: Debug + Display + 'static,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let Some(span) = RequestSpan::start(&mut request) else {
            return ResponseFuture::untraced(self.0.call(request));
        };
        let future = {
            let _active = span.activate();
            self.0.call(request)
        };
        ResponseFuture::traced(future, span)
    }
}
