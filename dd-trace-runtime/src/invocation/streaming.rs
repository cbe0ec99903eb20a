//! The span of an invocation whose response is streamed: it stays open until the stream ends.

use std::fmt::{self, Debug};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::SystemTime;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use lambda_runtime::streaming::Body;
use opentelemetry::Context;

use super::state::{Ended, InvocationState};
use super::timeout;
use crate::handler::failure::describe_hidden;
use crate::handler::panic;
use crate::spawn::spawn_boxed;
use crate::telemetry::Telemetry;

/// Keeps the span of `ended` open while the response is streamed.
///
/// A `body` is wrapped, and ends the span with the stream. A stream of another type can't be wrapped: the runtime layer
/// ends its span when the whole response has been posted.
pub(super) fn keep(
    state: &InvocationState,
    telemetry: &Telemetry,
    mut ended: Ended,
    deadline: SystemTime,
    body: Option<&mut Body>,
) {
    let watch = timeout::watch(telemetry.clone(), ended.span.clone(), deadline);
    ended.watch = Some(spawn_boxed(Box::pin(watch)).abort_handle());
    ended.end = None;
    if let Some(body) = body {
        let inner = std::mem::take(body);
        *body = Body::new(TracedBody {
            inner,
            context: ended.span.context(),
            state: state.clone(),
        });
    }
    state.keep(ended);
}

/// A streamed response, polled inside the span.
///
/// `lambda_runtime` polls the stream in a task of its own, which has no OpenTelemetry context.
struct TracedBody {
    inner: Body,
    context: Context,
    state: InvocationState,
}

impl Debug for TracedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("TracedBody").field(&self.inner).finish()
    }
}

impl HttpBody for TracedBody {
    type Data = Bytes;
    type Error = <Body as HttpBody>::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let this = self.get_mut();
        let polled = {
            let _active = this.context.clone().attach();
            panic::catch(|| Pin::new(&mut this.inner).poll_frame(cx))
        };
        match &polled {
            Ok(Poll::Ready(None)) => this.state.streamed(None),
            Ok(Poll::Ready(Some(Err(error)))) => this.state.streamed(Some(describe_hidden(error))),
            Ok(Poll::Ready(Some(Ok(_))) | Poll::Pending) => {}
            Err(panic) => this.state.streamed(Some(panic.tags())),
        }
        polled.unwrap_or_else(|panic| resume_unwind(panic.payload))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

/// A stream that is dropped has ended: the caller is gone or has read enough.
impl Drop for TracedBody {
    fn drop(&mut self) {
        self.state.streamed(None);
    }
}
