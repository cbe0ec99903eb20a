//! What a traced handler and the runtime layer around it share about one invocation.

#[cfg(feature = "tracing")]
use std::sync::OnceLock;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::SystemTime;

use opentelemetry::Context;
#[cfg(feature = "tracing")]
use opentelemetry::trace::{SpanId, TraceContextExt, TraceId};
use tokio::task::AbortHandle;

use crate::event::durable_execution::DurableExecution;
use crate::handler::failure::{ErrorTags, short_name};
use crate::handler::outcome::Outcome;
use crate::span::aws_lambda::InvocationSpan;
use crate::sync::lock;

/// The span of an invocation, from the end of its handler until the response has been posted.
///
/// Layers between the handler and the runtime layer may change the outcome or call the handler again. Still one
/// invocation has one span, and the span tells what the caller got. Its end is the end of the handler or, if the
/// response is streamed, the end of the stream.
///
/// The value is in the OpenTelemetry context of an invocation whose runtime layer sends spans.
#[derive(Debug, Clone, Default)]
pub(crate) struct InvocationState(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// The ids for log lines outside of the handler. They are not in `state`, which may be locked while a line is
    /// written.
    #[cfg(feature = "tracing")]
    ids: OnceLock<(TraceId, SpanId)>,
}

#[derive(Debug, Default)]
struct State {
    /// Whether a traced handler was called.
    handled: bool,
    /// Whether the runtime layer reports what it posts.
    posts: bool,
    ended: Option<Ended>,
}

/// An invocation whose handler has ended.
#[derive(Debug)]
pub(super) struct Ended {
    pub(super) span: InvocationSpan,
    pub(super) asked: Asked,
    pub(super) outcome: Outcome,
    /// Whether the handler failed instead of answering. An answer can tell of a failure, too.
    pub(super) failed: bool,
    /// Whether the message of the error is its `Debug` text, for want of a better one.
    pub(super) has_only_debug: bool,
    /// When the handler ended; `None` while the response is streamed.
    pub(super) end: Option<SystemTime>,
    /// The task that watches the deadline of a streamed response.
    pub(super) watch: Option<AbortHandle>,
}

/// What the trigger asks about the outcome.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) http: bool,
    pub(super) durable: Option<DurableExecution>,
}

impl InvocationState {
    /// For a runtime layer that reports what it posts.
    pub(crate) fn posting() -> Self {
        let state = Self::default();
        state.lock().posts = true;
        state
    }

    /// The state of the active invocation, if a runtime layer is around it. That layer sends the spans, too.
    pub(crate) fn of_invocation() -> Option<Self> {
        Context::map_current(|context| context.get::<Self>().cloned())
    }

    /// The ids of the trace and the span that `context` belongs to, for log lines outside of the span.
    #[cfg(feature = "tracing")]
    pub(crate) fn ids_in(context: &Context) -> Option<(TraceId, SpanId)> {
        context.get::<Self>()?.0.ids.get().copied()
    }

    /// Sets the ids of the invocation's span.
    #[cfg(feature = "tracing")]
    pub(super) fn set_ids(&self, context: &Context) {
        let span = context.span();
        let span = span.span_context();
        let _ = self.0.ids.set((span.trace_id(), span.span_id()));
    }

    /// Notes that a traced handler is called. Returns the span of an earlier call, which goes on.
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

    /// Whether the status of the response is found when it is posted, and not before.
    pub(super) fn will_post(&self) -> bool {
        self.lock().posts
    }

    /// Notes that a response is posted. `status` finds its HTTP status.
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

    /// Notes that an error is posted that the handler itself didn't return.
    pub(super) fn posts_error(&self, error: ErrorTags) {
        self.of_ended(|ended| ended.outcome = Outcome::failed(ended.asked.http, error));
    }

    /// Notes the name under which the error is posted. A path that ends in the name of the error's type is that type's.
    pub(super) fn posts_error_type(&self, name: &str) {
        self.of_error(|error| {
            if short_name(name) != error.kind {
                name.clone_into(&mut error.kind);
            }
        });
    }

    /// Notes the message with which the error is posted. The span takes it if its own is only the error's `Debug` text,
    /// because the error's type gives no better one.
    pub(super) fn posts_message(&self, message: &str) {
        if self.of_ended(|ended| ended.has_only_debug) == Some(true) {
            self.of_error(|error| message.clone_into(&mut error.message));
        }
    }

    fn of_error(&self, change: impl FnOnce(&mut ErrorTags)) {
        self.of_ended(|ended| ended.outcome.error.as_mut().map(change));
    }

    /// Ends the span: the stream has ended, with or without an error.
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

    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.0.state)
    }
}

/// Ends the span of an invocation that the runtime gave up.
impl Drop for State {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            ended.finish();
        }
    }
}

impl Ended {
    /// Leaves the span to the runtime layer, which ends it when the response has been posted. Without a layer it ends
    /// now.
    pub(super) fn keep_or_finish(self, state: Option<&InvocationState>) {
        match state {
            Some(state) => state.keep(self),
            None => self.finish(),
        }
    }

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
