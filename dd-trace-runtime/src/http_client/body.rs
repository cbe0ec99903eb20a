//! The body of a gRPC response, whose trailers say how the call went.

use std::fmt::{Debug, Display};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::span::RequestSpan;

pin_project! {
    /// The body of a response to a client with [`grpc_layer()`](super::grpc_layer). The span ends with it.
    #[derive(Debug)]
    pub struct GrpcBody<B> {
        #[pin]
        body: B,
        span: Option<RequestSpan>,
    }
}

impl<B: Body> GrpcBody<B> {
    pub(super) fn new(body: B, span: Option<RequestSpan>) -> Self {
        if body.is_end_stream()
            && let Some(span) = span
        {
            // Nobody has to read it.
            span.trailed(None);
            return Self { body, span: None };
        }
        Self { body, span }
    }
}

impl<B> Body for GrpcBody<B>
where
    B: Body,
    B::Error: Debug + Display + 'static,
{
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let this = self.project();
        let frame = ready!(this.body.poll_frame(cx));
        let is_data = matches!(&frame, Some(Ok(frame)) if frame.is_data());
        if !is_data && let Some(span) = this.span.take() {
            match &frame {
                Some(Ok(frame)) => span.trailed(frame.trailers_ref()),
                Some(Err(error)) => span.failed(error),
                None => span.trailed(None),
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
