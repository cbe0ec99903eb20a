//! One invocation, in a straight line.
//!
//! - In: the raw event, and what `#[traced_handler]` knows about the handler.
//! - Out: the handler's answer, untouched, and spans that have ended.
//! - Next: [`run`](crate::run()), which posts the answer and sends the spans.

pub(crate) mod capture;
mod diagnostic;
pub(crate) mod span_ref;
pub(crate) mod state;
mod streaming;
pub(crate) mod timeout;
#[cfg(feature = "tracing")]
pub(crate) mod tracing_span;
mod unanswered;

use std::fmt::{self, Debug};
use std::future::Future;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::time::SystemTime;

use lambda_runtime::{Context, LambdaEvent};
use opentelemetry::Context as OtelContext;
use opentelemetry::trace::{FutureExt, TraceContextExt};
#[cfg(feature = "tracing")]
use tracing::Instrument;

use self::state::{Asked, InvocationState};
use self::unanswered::Unanswered;
use crate::context::trace_context::TraceContext;
use crate::event::durable_execution;
use crate::event::raw::RawEvent;
use crate::event::trigger::Trigger;
use crate::explain;
use crate::extraction::custom::{self, NoContext};
use crate::extraction::erased::ErasedExtractor;
use crate::extraction::{self, Parent, Upstream};
use crate::handler::answer::Answer;
use crate::handler::error::TracedError;
use crate::handler::event_error::EventError;
use crate::handler::failure::{ErrorTags, Failure};
#[cfg(feature = "tracing")]
use crate::handler::last_failure;
use crate::handler::outcome::Outcome;
use crate::handler::panic::{self, Panic, catch_panic};
use crate::log;
use crate::outgoing::authorizer;
use crate::span::aws_lambda::{InvocationSpan, SpanName};
use crate::telemetry::Telemetry;
#[cfg(feature = "tracing")]
use crate::telemetry::durable;

/// What a traced handler takes in place of the user's event.
pub type Incoming = LambdaEvent<RawEvent>;

/// What `#[traced_handler]` knows about the handler it wraps.
pub struct Site<In: 'static, E: 'static> {
    /// The handler's name.
    pub name: &'static str,
    /// The resource of the span, instead of the function's name.
    pub resource: Option<&'static str>,
    /// The user's extractor, or the built-in extraction alone.
    pub extractor: &'static dyn ErasedExtractor,
    /// Decodes the handler's event.
    pub decode: fn(RawEvent, Context) -> Result<In, EventError>,
    /// How to describe the handler's error.
    pub failure: Failure<E>,
}

impl<In, E> Debug for Site<In, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Runs `handler` on the event, inside the `aws.lambda` span.
///
/// `result` takes the handler's output as a `Result`. It replaces a bound, so that a handler that returns anything
/// else is reported once, in one place. `look` says what can be done with the response, and replaces a bound for the
/// same reason.
///
/// The future is boxed: `lambda_runtime` moves a handler's future from layer to layer, and this one takes kilobytes.
///
/// # Panics
/// If the handler panics. The span records the panic, and `lambda_runtime` answers as it would without tracing.
pub fn invoke<In, Out, T, E, F, Fut>(
    site: &'static Site<In, E>,
    event: Incoming,
    handler: F,
    result: fn(Out) -> Result<T, E>,
    look: fn(&mut T) -> Answer<'_>,
) -> Pin<Box<impl Future<Output = Result<T, TracedError<E>>>>>
where
    F: FnOnce(In) -> Fut,
    Fut: Future<Output = Out>,
{
    Box::pin(traced(site, event, handler, result, look))
}

async fn traced<In, Out, T, E, F, Fut>(
    site: &'static Site<In, E>,
    event: Incoming,
    handler: F,
    result: fn(Out) -> Result<T, E>,
    look: fn(&mut T) -> Answer<'_>,
) -> Result<T, TracedError<E>>
where
    F: FnOnce(In) -> Fut,
    Fut: Future<Output = Out>,
{
    let telemetry = Telemetry::of_invocation();
    let (event, lambda) = event.into_parts();
    if !telemetry.enabled() || is_inside_another() {
        let input = (site.decode)(event, lambda).map_err(TracedError::Event)?;
        return result(handler(input).await).map_err(TracedError::Handler);
    }

    let deadline = lambda.deadline();
    let state = InvocationState::of_invocation();
    let earlier = state.as_ref().and_then(InvocationState::begin);
    let (span, asked) = match earlier {
        Some(earlier) => earlier,
        None => start(site, &event, &lambda, &telemetry).await,
    };
    #[cfg(feature = "tracing")]
    if let Some(state) = &state {
        state.set_ids(&span.context());
    }
    let active = Active {
        #[cfg(feature = "tracing")]
        tracing_span: tracing_span::of(&span.context(), &lambda.request_id),
        span: Unanswered {
            telemetry: telemetry.clone(),
            span,
            asked,
            state,
            answered: false,
        },
        event: event.clone(),
        telemetry: telemetry.clone(),
        deadline,
    };
    active.describe_event();

    let mut ended = match panic::catch(|| (site.decode)(event, lambda)) {
        Ok(Ok(input)) => active
            .run(async move { handler(input).await })
            .await
            .map(|output| result(output).map_err(TracedError::Handler)),
        Ok(Err(error)) => Ok(Err(TracedError::Event(error))),
        Err(panic) => Err(panic),
    };

    #[cfg(feature = "tracing")]
    let span = matches!(ended, Ok(Err(_)) | Err(_)).then(|| active.span.context());
    match &mut ended {
        Ok(Ok(response)) => active.answered(look(response)),
        Ok(Err(error)) => {
            let is_own = matches!(error, TracedError::Handler(_));
            let has_only_debug = is_own && site.failure.has_only_debug();
            active.failed(error_tags(error, &site.failure), has_only_debug);
        }
        Err(panic) => active.failed(panic.tags(), false),
    }
    if InvocationState::of_invocation().is_none() {
        telemetry.send_before_response(deadline).await;
        #[cfg(feature = "tracing")]
        if let Some(span) = span {
            last_failure::note(span.span().span_context(), ended.is_err());
        }
    }
    ended.unwrap_or_else(|panic| resume_unwind(panic.payload))
}

/// Whether the caller is another traced handler: one invocation has one `aws.lambda` span, the outer handler's.
fn is_inside_another() -> bool {
    let running = OtelContext::map_current(Telemetry::running_in);
    running.is_some_and(|running| running.span().is_some())
}

/// Starts the span of an invocation, in the trace of its producer.
///
/// Asks the user's extractor, and the event itself if that gives no trace context.
async fn start<In, E>(
    site: &'static Site<In, E>,
    event: &RawEvent,
    lambda: &Context,
    telemetry: &Telemetry,
) -> (InvocationSpan, Asked) {
    let extractor = telemetry.choose(site.extractor);
    let extraction = || extractor.extract(event, lambda);
    let limit = || telemetry.extractor_timeout(lambda.deadline());
    let custom = custom::ask(extraction, limit, telemetry.propagator()).await;
    let name = SpanName {
        handler: site.name,
        resource: site.resource,
    };
    start_below(custom, name, event, lambda, telemetry)
}

/// As [`start`], with the answer of the extractor, if there is one. No `async fn`: its future would have room for all
/// that is known of the event.
fn start_below(
    custom: Option<Result<TraceContext, NoContext>>,
    name: SpanName,
    event: &RawEvent,
    lambda: &Context,
    telemetry: &Telemetry,
) -> (InvocationSpan, Asked) {
    let settings = telemetry.extraction();
    let mut extracted = None;
    let custom = custom.map(|asked| asked.map(|context| extracted = Some(context)));
    let mut upstream = match extracted {
        Some(context) => {
            let parent = Parent::of_event(context, lambda, settings);
            Upstream::of_extractor(parent, event)
        }
        None => extraction::extract_all(event, lambda, settings),
    };
    let explanation = log::shows_debug().then(|| {
        let custom = custom.as_ref().map(|asked| {
            let reason = asked.as_ref().err().map(ToString::to_string);
            (name.handler, reason)
        });
        explain::line(telemetry, (event, lambda), &upstream, custom)
    });
    let span = InvocationSpan::start(telemetry, name, lambda, &mut upstream);
    #[cfg(feature = "dsm")]
    telemetry.consume(event.as_bytes(), upstream.trigger.as_ref(), &span.context());
    let _active = (custom.is_some() || explanation.is_some()).then(|| span.context().attach());
    if let Some(Err(reason)) = custom {
        tell_that_extractor_failed(name.handler, &reason, telemetry);
    }
    if let Some(explanation) = explanation {
        tell_explanation(&lambda.request_id, &span, &explanation);
    }
    #[cfg(feature = "tracing")]
    if upstream.durable.is_some()
        && let Some(running) = Telemetry::running_in(&span.context())
    {
        durable::register(&lambda.request_id, &running);
    }
    let asked = Asked {
        http: upstream.trigger.as_ref().is_some_and(Trigger::is_http),
        durable: upstream.durable,
    };
    (span, asked)
}

/// An invocation whose span is open.
struct Active {
    telemetry: Telemetry,
    span: Unanswered,
    /// The same span, for `tracing`.
    #[cfg(feature = "tracing")]
    tracing_span: tracing::Span,
    event: RawEvent,
    deadline: SystemTime,
}

impl Active {
    /// Runs the handler inside the span. If the deadline comes first, the span ends and the handler goes on.
    async fn run<F: Future>(&self, handler: F) -> Result<F::Output, Panic> {
        let handler = catch_panic(handler);
        #[cfg(feature = "tracing")]
        let handler = handler.instrument(self.tracing_span.clone());
        let handler = handler.with_context(self.span.context());
        let watch = timeout::watch(
            self.telemetry.clone(),
            self.span.span.clone(),
            self.deadline,
        );
        timeout::alongside(handler, watch).await
    }

    /// Adds tags of the event beyond the trigger's.
    fn describe_event(&self) {
        if let Some(execution) = &self.span.asked.durable {
            self.span.tag(execution.tags());
        }
        if let Some(depth) = self.telemetry.capture_depth() {
            let tags = capture::tags("function.request", self.event.as_bytes(), depth);
            self.span.tag(tags);
        }
    }

    /// Adds tags of the response where a setting or a durable execution needs them: only then is the response
    /// serialised. Returns the failure of a durable execution, which Lambda gets as a response.
    fn describe(&self, answer: &Answer<'_>) -> Option<ErrorTags> {
        let depth = self.telemetry.capture_depth();
        let is_durable = self.span.asked.durable.is_some();
        if depth.is_none() && !is_durable {
            return None;
        }
        let response = answer.json()?;
        if is_durable {
            self.span.tag(durable_execution::status(&response));
        }
        if let Some(depth) = depth {
            self.span
                .tag(capture::tags("function.response", &response, depth));
        }
        is_durable.then(|| durable_failure(&response))?
    }

    fn answered(self, mut answer: Answer<'_>) {
        if let Answer::Value(value) = &mut answer {
            authorizer::pass_on(value, &self.event, &self.span.context());
        }
        let failure = self.describe(&answer);
        let state = self.span.state.clone();
        let is_found_later = state.as_ref().is_some_and(InvocationState::will_post);
        let http = self.span.asked.http && !is_found_later;
        let mut ended = self.span.answered(Outcome::answered(http, &answer));
        ended.outcome.error = failure;
        match (answer, &state) {
            (Answer::Stream(_, body), Some(state)) => {
                streaming::keep(state, &self.telemetry, ended, self.deadline, body);
            }
            _ => ended.keep_or_finish(state.as_ref()),
        }
    }

    fn failed(self, error: ErrorTags, has_only_debug: bool) {
        let state = self.span.state.clone();
        let outcome = Outcome::failed(self.span.asked.http, error);
        let mut ended = self.span.answered(outcome);
        ended.has_only_debug = has_only_debug;
        ended.keep_or_finish(state.as_ref());
    }
}

fn durable_failure(response: &[u8]) -> Option<ErrorTags> {
    let failed = durable_execution::failure(response)?;
    Some(ErrorTags {
        kind: failed.kind,
        message: failed.message,
        stack: String::new(),
    })
}

#[cold]
fn tell_explanation(request_id: &str, span: &InvocationSpan, explanation: &str) {
    let context = span.context();
    let span = context.span();
    let ids = span.span_context();
    log::debug!(
        "invocation {request_id} is span {} of trace {}: {explanation}",
        u64::from_be_bytes(ids.span_id().to_bytes()),
        ids.trace_id(),
    );
}

/// An extractor may rightly return `None` for every second event, so only the first `None` is a warning.
#[cold]
fn tell_that_extractor_failed(handler: &str, reason: &NoContext, telemetry: &Telemetry) {
    let is_known = matches!(reason, NoContext::None) && !telemetry.is_first_none();
    let reason = reason.to_string();
    let reason = log::excerpt(&reason);
    let tell = if is_known {
        log::at_debug
    } else {
        log::at_warn
    };
    tell(format_args!(
        "the extractor of `{handler}` gave no trace context: {reason}; the built-in extraction goes on"
    ));
}

fn error_tags<E>(error: &TracedError<E>, failure: &Failure<E>) -> ErrorTags {
    match error {
        // `lambda_runtime` may never print this error: a panic of its `Debug` must not be the function's.
        TracedError::Handler(error) => {
            panic::catch(|| failure.describe(error)).unwrap_or_else(|_| Failure::<E>::undescribed())
        }
        TracedError::Event(error) => ErrorTags {
            kind: "EventError".to_owned(),
            message: error.to_string(),
            stack: String::new(),
        },
    }
}
