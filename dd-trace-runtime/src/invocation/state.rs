//! What a traced handler and the runtime layer around it share of one invocation.

#[cfg(feature = "tracing")]
use std::sync::OnceLock;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use opentelemetry::Context;
#[cfg(feature = "tracing")]
use opentelemetry::trace::{SpanId, TraceContextExt, TraceId};
use tokio::task::AbortHandle;

use crate::event::durable_execution::DurableExecution;
use crate::handler::failure::{ErrorTags, short_name};
use crate::handler::outcome::Outcome;
use crate::span::aws_lambda::InvocationSpan;

/// The span of an invocation from the end of its handler until the response has been posted.
///
/// What stands between the handler and the runtime layer may change the outcome, or call the handler again: one
/// invocation has one span, and the span tells what the caller got. It still ends at the time at which the handler
/// ended, or, where the response is streamed, at the end of the stream.
///
/// The value is in the OpenTelemetry context of an invocation whose runtime layer sends.
#[derive(Debug, Clone, Default)]
pub(crate) struct InvocationState(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// What log lines outside of the handler name: a line may be written while the state is locked.
    #[cfg(feature = "tracing")]
    ids: OnceLock<(TraceId, SpanId)>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether a traced handler was called.
    handled: bool,
    /// Whether the layer's service says what it posts.
    posts: bool,
    ended: Option<Ended>,
}

/// An invocation whose handler has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) span: InvocationSpan,
    pub(super) asked: Asked,
    pub(super) outcome: Outcome,
    /// Whether the handler gave no answer; an answer can tell of a failure, too.
    pub(super) failed: bool,
    /// When; `None` while the response is streamed.
    pub(super) end: Option<SystemTime>,
    /// Watches the deadline of a response that is streamed.
    pub(super) watch: Option<AbortHandle>,
}

/// What the trigger asks of the outcome.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) http: bool,
    pub(super) durable: Option<DurableExecution>,
}

impl InvocationState {
    /// For a runner that tells what it posts.
    pub(crate) fn posting() -> Self {
        let state = Self::default();
        state.lock().posts = true;
        state
    }

    /// The state of the active invocation, if there is a layer around it: that one sends, too.
    pub(crate) fn of_invocation() -> Option<Self> {
        Context::map_current(|context| context.get::<Self>().cloned())
    }

    /// The trace and the span that `context` belongs to: log lines outside of the span have them, too.
    #[cfg(feature = "tracing")]
    pub(crate) fn ids_in(context: &Context) -> Option<(TraceId, SpanId)> {
        context.get::<Self>()?.0.ids.get().copied()
    }

    /// Says which span the invocation has.
    #[cfg(feature = "tracing")]
    pub(super) fn set_ids(&self, context: &Context) {
        let span = context.span();
        let span = span.span_context();
        let _ = self.0.ids.set((span.trace_id(), span.span_id()));
    }

    /// Says that a traced handler is called; the span of an earlier call goes on.
    pub(super) fn begin(&self) -> Option<(InvocationSpan, Asked)> {
        let mut state = self.lock();
        state.handled = true;
        let ended = state.ended.take()?;
        drop(state);
        ended.stop_watching();
        Some((ended.span, ended.asked))
    }

    /// Keeps the span until the response has been posted.
    pub(super) fn keep(&self, ended: Ended) {
        self.lock().ended = Some(ended);
    }

    /// Whether the status of the response is found where it is posted, and not before.
    pub(super) fn will_post(&self) -> bool {
        self.lock().posts
    }

    /// Says that a response is posted, whose HTTP status `status` finds.
    pub(crate) fn posts_response(&self, status: impl FnOnce() -> u16) {
        let Some(http) = self.of_ended(|ended| ended.asked.http) else {
            return;
        };
        // Not under the lock: it runs the response's own `Serialize`.
        let status = http.then(status);
        self.of_ended(|ended| {
            ended.outcome.status = status;
            if ended.failed {
                ended.outcome.error = None;
            }
        });
    }

    /// Whether the handler has ended without an error.
    pub(super) fn is_content(&self) -> bool {
        self.of_ended(|ended| ended.outcome.error.is_none()) == Some(true)
    }

    /// Says that an error is posted, which the handler itself didn't return.
    pub(super) fn posts_error(&self, error: ErrorTags) {
        self.of_ended(|ended| ended.outcome = Outcome::failed(ended.asked.http, error));
    }

    /// Says under which name the error is posted. A path that ends in the name of the error's type is that type's.
    pub(super) fn posts_error_type(&self, name: &str) {
        self.of_error(|error| {
            if short_name(name) != error.kind {
                name.clone_into(&mut error.kind);
            }
        });
    }

    /// Says with which message the error is posted. The span has that message where it has only the error's `Debug`
    /// text, because the error's type tells no other.
    pub(super) fn posts_message(&self, debug: &str, message: &str) {
        self.of_error(|error| {
            if error.message == debug {
                message.clone_into(&mut error.message);
            }
        });
    }

    fn of_error(&self, change: impl FnOnce(&mut ErrorTags)) {
        self.of_ended(|ended| ended.outcome.error.as_mut().map(change));
    }

    /// Says that the stream has ended, with an error or without one.
    pub(super) fn streamed(&self, error: Option<ErrorTags>) {
        let ended = self.lock().ended.take();
        if let Some(mut ended) = ended {
            ended.outcome.error = error;
            ended.finish();
        }
    }

    /// Ends the span: the response has been posted.
    pub(crate) fn finish(&self) {
        let ended = self.lock().ended.take();
        if let Some(ended) = ended {
            ended.finish();
        }
    }

    /// Whether a traced handler was called.
    pub(crate) fn was_handled(&self) -> bool {
        self.lock().handled
    }

    fn of_ended<R>(&self, ask: impl FnOnce(&mut Ended) -> R) -> Option<R> {
        self.lock().ended.as_mut().map(ask)
    }

    /// A panic elsewhere leaves the value whole.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The runtime gave the invocation up.
impl Drop for State {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            ended.finish();
        }
    }
}

impl Ended {
    pub(super) fn finish(self) {
        self.stop_watching();
        let end = self.end.unwrap_or_else(SystemTime::now);
        self.span.finish(&self.outcome, end);
    }

    fn stop_watching(&self) {
        if let Some(watch) = &self.watch {
            watch.abort();
        }
    }
}
