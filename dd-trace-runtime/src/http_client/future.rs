//! A request under way.

use std::fmt::{Debug, Display};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use http_body::Body;
use pin_project_lite::pin_project;

use super::body::GrpcBody;
use super::span::RequestSpan;

pin_project! {
    /// The response that a traced client waits for.
    #[derive(Debug)]
    #[must_use = "a request does nothing until its future is polled"]
    pub struct ResponseFuture<F> {
        #[pin]
        response: F,
        span: Option<RequestSpan>,
    }
}

impl<F> ResponseFuture<F> {
    pub(super) fn new(response: F, span: Option<RequestSpan>) -> Self {
        Self { response, span }
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    E: Debug + Display + 'static,
{
    type Output = Result<Response<R>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (result, goes_on) = ready!(poll(this.response, this.span, cx));
        if let Some(span) = goes_on {
            span.end_without_status();
        }
        Poll::Ready(result)
    }
}

pin_project! {
    /// The response that a traced client of gRPC waits for.
    #[derive(Debug)]
    #[must_use = "a request does nothing until its future is polled"]
    pub struct GrpcFuture<F> {
        #[pin]
        response: F,
        span: Option<RequestSpan>,
    }
}

impl<F> GrpcFuture<F> {
    pub(super) fn new(response: F, span: Option<RequestSpan>) -> Self {
        Self { response, span }
    }
}

impl<F, R, E> Future for GrpcFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: Body,
    E: Debug + Display + 'static,
{
    type Output = Result<Response<GrpcBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let (result, goes_on) = ready!(poll(this.response, this.span, cx));
        Poll::Ready(result.map(|response| response.map(|body| GrpcBody::new(body, goes_on))))
    }
}

/// Polls a response inside its span. The span is returned if it outlives the head of the response.
fn poll<F, R, E>(
    response: Pin<&mut F>,
    span: &mut Option<RequestSpan>,
    cx: &mut Context<'_>,
) -> Poll<(F::Output, Option<RequestSpan>)>
where
    F: Future<Output = Result<Response<R>, E>>,
    E: Debug + Display + 'static,
{
    let active = span.as_ref().map(RequestSpan::activate);
    let result = ready!(response.poll(cx));
    drop(active);
    let goes_on = match (&result, span.take()) {
        (Ok(response), Some(span)) => span.answered(response),
        (Err(error), Some(span)) => {
            span.failed(error);
            None
        }
        (_, None) => None,
    };
    Poll::Ready((result, goes_on))
}
