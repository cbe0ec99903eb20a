//! A request under way.

use std::fmt::{Debug, Display};
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Response;
use pin_project_lite::pin_project;

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
    pub(super) fn traced(response: F, span: RequestSpan) -> Self {
        Self {
            response,
            span: Some(span),
        }
    }

    pub(super) fn untraced(response: F) -> Self {
        Self {
            response,
            span: None,
        }
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
        let Some(span) = this.span else {
            return this.response.poll(cx);
        };
        let result = {
            let _active = span.activate();
            ready!(this.response.poll(cx))
        };
        match &result {
            Ok(response) => span.answered(response.status()),
            Err(error) => span.failed(error),
        }
        *this.span = None;
        Poll::Ready(result)
    }
}
