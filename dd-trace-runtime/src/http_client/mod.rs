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
//!
//! # gRPC
//!
//! A request with the content type `application/grpc` is a span `grpc.client`, whose resource is the path of the method,
//! such as `/shop.v1.Orders/Place`. The metadata of the call carry its id. Its status comes behind the response, in
//! trailers: [`grpc_layer()`] reads them, and [`layer()`] doesn't, so put `grpc_layer()` around a channel of tonic:
//!
//! ```
//! use dd_trace_runtime::http_client::{self, GrpcClient};
//! use lambda_runtime::tower::ServiceBuilder;
//!
//! # mod tonic { pub mod transport { #[derive(Clone)] pub struct Channel; } }
//! # struct OrdersClient<T>(T);
//! # impl<T> OrdersClient<T> { fn new(channel: T) -> Self { Self(channel) } }
//! fn client(channel: tonic::transport::Channel) -> OrdersClient<GrpcClient<tonic::transport::Channel>> {
//!     let traced = ServiceBuilder::new().layer(http_client::grpc_layer());
//!     OrdersClient::new(traced.service(channel))
//! }
//! # let _ = client(tonic::transport::Channel);
//! ```
//!
//! - The span ends with the response, so it is as long as a stream. If the stream is dropped before, the span ends there with
//!   the status `CANCELLED` (1), which is no error then.
//! - Tags: `grpc.status.code` as a number, `grpc.method.path`, `.package`, `.service`, `.name`, and `rpc.service`. Each status
//!   but `OK` is an error of the span: `error.type` is its name, such as `NOT_FOUND`, and `error.message` its message. That
//!   of an answer that isn't gRPC's, such as a 503 of a proxy, is the one that gRPC prescribes, and the span has
//!   `http.status_code`, too.
//! - `out.host` and `network.destination.port` are there if the client knows its origin: `OrdersClient::with_origin`. Otherwise
//!   the channel adds it below the layer.
//! - Unlike the spans of Datadog's tracers, it has no `grpc.method.kind`, which isn't in a request, and no tags of metadata.
//!   A time limit that the client itself keeps, and every other error without a response, has no `grpc.status.code`.
//! - With [`layer()`] the span ends with the head of the response. It has a status where the response is nothing else, as for
//!   most calls that fail at once.

mod body;
mod future;
mod grpc;
mod span;
mod tags;

use std::fmt::{Debug, Display};
use std::task::{Context, Poll};

use http::{Request, Response};
use http_body::Body;
use tower_layer::Layer;
use tower_service::Service;

pub use self::body::GrpcBody;
pub use self::future::{GrpcFuture, ResponseFuture};
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
        let span = RequestSpan::start(&mut request);
        let _active = span.as_ref().map(RequestSpan::activate);
        ResponseFuture::new(self.0.call(request), span)
    }
}

/// Traces the calls of a gRPC client, up to the status in their trailers; see [gRPC](self#grpc).
///
/// The body of the responses is of another type than that of the client: [`GrpcBody`]. For other requests it does what
/// [`layer()`] does.
#[must_use]
pub fn grpc_layer() -> GrpcClientLayer {
    GrpcClientLayer(())
}

/// The layer that [`grpc_layer()`] gives.
#[derive(Debug, Clone, Copy)]
pub struct GrpcClientLayer(());

/// A gRPC client whose calls are traced.
#[derive(Debug, Clone, Copy)]
pub struct GrpcClient<S>(S);

impl<S> Layer<S> for GrpcClientLayer {
    type Service = GrpcClient<S>;

    fn layer(&self, client: S) -> GrpcClient<S> {
        GrpcClient(client)
    }
}

impl<S, B, R> Service<Request<B>> for GrpcClient<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Error: Debug + Display + 'static,
    R: Body,
{
    type Response = Response<GrpcBody<R>>;
    type Error = S::Error;
    type Future = GrpcFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let span = RequestSpan::start(&mut request);
        let _active = span.as_ref().map(RequestSpan::activate);
        GrpcFuture::new(self.0.call(request), span)
    }
}
