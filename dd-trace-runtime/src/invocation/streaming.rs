//! The span of an invocation whose response is streamed: it goes on until the stream ends.

use std::fmt::{self, Debug};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context as TaskContext, Poll};
use std::time::SystemTime;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use lambda_runtime::streaming::Body;
use opentelemetry::Context;
use tokio::task::AbortHandle;

use super::timeout;
use crate::handler::failure::{ErrorTags, describe_hidden};
use crate::handler::outcome::Outcome;
use crate::handler::panic;
use crate::span::aws_lambda::InvocationSpan;
use crate::spawn::spawn_boxed;
use crate::telemetry::Telemetry;

/// A span that is open while the response is on its way.
///
/// It stands in the OpenTelemetry context of an invocation whose runtime layer sends. The stream ends the
/// span, where its type can be kept while it is told to; else the layer does, which knows when the whole
/// response has been posted.
#[derive(Debug, Clone, Default)]
pub(crate) struct Streamed(Arc<Mutex<Option<Open>>>);

#[derive(Debug)]
struct Open {
    span: InvocationSpan,
    outcome: Outcome,
    watch: AbortHandle,
}

impl Streamed {
    /// Where the span of the active invocation waits for its response to be posted, if there is a layer
    /// that knows when: that one sends, too.
    pub(crate) fn of_invocation() -> Option<Self> {
        Context::map_current(|context| context.get::<Self>().cloned())
    }

    /// Keeps `span` open; `body` ends it, if that is how the response is streamed.
    pub(crate) fn hold(
        &self,
        telemetry: &Telemetry,
        span: InvocationSpan,
        outcome: Outcome,
        deadline: SystemTime,
        body: Option<&mut Body>,
    ) {
        let watch = timeout::watch(telemetry.clone(), span.clone(), deadline);
        let watch = spawn_boxed(Box::pin(watch)).abort_handle();
        if let Some(body) = body {
            let inner = std::mem::take(body);
            *body = Body::new(TracedBody {
                inner,
                context: span.context(),
                streamed: self.clone(),
            });
        }
        let open = Open {
            span,
            outcome,
            watch,
        };
        *self.open() = Some(open);
    }

    /// Ends the span, if there is one that is open still.
    pub(crate) fn finish(&self, error: Option<ErrorTags>) {
        let open = self.open().take();
        if let Some(mut open) = open {
            open.watch.abort();
            open.outcome.error = error;
            open.span.finish(&open.outcome);
        }
    }

    /// A panic elsewhere leaves the value whole.
    fn open(&self) -> std::sync::MutexGuard<'_, Option<Open>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A streamed response inside of its span.
///
/// `lambda_runtime` polls the stream in a task of its own, which has no OpenTelemetry context.
struct TracedBody {
    inner: Body,
    context: Context,
    streamed: Streamed,
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
            Ok(Poll::Ready(None)) => this.streamed.finish(None),
            Ok(Poll::Ready(Some(Err(error)))) => this.streamed.finish(Some(describe_hidden(error))),
            Ok(Poll::Ready(Some(Ok(_))) | Poll::Pending) => {}
            Err(panic) => this.streamed.finish(Some(panic.tags())),
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

/// Who asked is gone, or has read enough.
impl Drop for TracedBody {
    fn drop(&mut self) {
        self.streamed.finish(None);
    }
}
