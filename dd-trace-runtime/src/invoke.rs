//! One invocation, in a straight line.

use std::any::Any;
use std::fmt::{self, Debug};
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use lambda_runtime::{Context, LambdaEvent};
use opentelemetry::trace::FutureExt;

use crate::erased::ErasedExtractor;
use crate::error::{EventError, TracedError};
use crate::event::RawEvent;
use crate::extraction::{self, Parent, Upstream};
use crate::extractor::{Extracted, Extraction, Found};
use crate::failure::{ErrorTags, Failure};
use crate::span::{InvocationSpan, SpanName};
use crate::telemetry::Telemetry;
use crate::trace_context::TraceContext;

/// What a traced handler takes in place of the user's event.
pub type Incoming = LambdaEvent<RawEvent>;

/// What `#[traced_handler]` knows of the handler it wraps.
pub struct Site<In: 'static, E: 'static> {
    /// The handler's name.
    pub name: &'static str,
    /// The resource of the span, in place of the function's name.
    pub resource: Option<&'static str>,
    /// The user's extractor, or the built-in extraction alone.
    pub extractor: &'static dyn ErasedExtractor,
    /// Makes the handler's event from the bytes.
    pub decode: fn(RawEvent, Context) -> Result<In, EventError>,
    /// How to look at the handler's error.
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
/// `result` says that what the handler returns is a `Result`: no bound here does, so that one that is
/// none is reported in one place.
///
/// In a box, as `lambda_runtime` moves a handler's future from layer to layer, and this one has kilobytes.
///
/// # Panics
/// If the handler does: the span says so, and `lambda_runtime` answers as it would have.
pub fn invoke<In, Out, T, E, F, Fut>(
    site: &'static Site<In, E>,
    event: Incoming,
    handler: F,
    result: fn(Out) -> Result<T, E>,
) -> Pin<Box<impl Future<Output = Result<T, TracedError<E>>>>>
where
    F: FnOnce(In) -> Fut,
    Fut: Future<Output = Out>,
{
    Box::pin(traced(site, event, handler, result))
}

async fn traced<In, Out, T, E, F, Fut>(
    site: &'static Site<In, E>,
    event: Incoming,
    handler: F,
    result: fn(Out) -> Result<T, E>,
) -> Result<T, TracedError<E>>
where
    F: FnOnce(In) -> Fut,
    Fut: Future<Output = Out>,
{
    let telemetry = Telemetry::of_invocation();
    let (event, lambda) = event.into_parts();
    if !telemetry.enabled() {
        let input = (site.decode)(event, lambda).map_err(TracedError::Event)?;
        return result(handler(input).await).map_err(TracedError::Handler);
    }

    let deadline = lambda.deadline();
    let name = SpanName {
        handler: site.name,
        resource: site.resource,
    };
    let span = {
        let upstream = upstream(site.name, site.extractor, &event, &lambda, &telemetry).await;
        InvocationSpan::start(&telemetry, name, &lambda, &upstream)
    };

    let outcome = match (site.decode)(event, lambda) {
        Ok(input) => {
            let call = async move { handler(input).await };
            catch_panic(call)
                .with_context(span.context())
                .await
                .map(|output| result(output).map_err(TracedError::Handler))
        }
        Err(error) => Ok(Err(TracedError::Event(error))),
    };

    span.finish(error_tags(&outcome, &site.failure).as_ref());
    if !Telemetry::sends_after_response() {
        telemetry.send(deadline).await;
    }
    outcome.unwrap_or_else(|panic| resume_unwind(panic))
}

/// The user's extractor first; what it can't say, the event is asked.
async fn upstream<'a>(
    handler: &str,
    extractor: &'static dyn ErasedExtractor,
    event: &'a RawEvent,
    lambda: &Context,
    telemetry: &'a Telemetry,
) -> Upstream<'a> {
    let settings = telemetry.extraction();
    let extractor = telemetry.choose(extractor);
    if let Some(extracted) = custom(extractor, event, lambda).await {
        match usable(extracted, telemetry) {
            Ok(context) => {
                let parent = Parent::of_event(context, lambda, settings);
                return Upstream::of_extractor(parent, event);
            }
            Err(reason) => tracing::warn!(
                "the extractor of `{handler}` gave no trace context: {reason}; the built-in extraction goes on"
            ),
        }
    }
    extraction::extract_all(event, lambda, settings)
}

/// What the user's extractor says, if there is one.
async fn custom(
    extractor: &'static dyn ErasedExtractor,
    event: &RawEvent,
    lambda: &Context,
) -> Option<Extracted> {
    let extraction = catch_unwind(AssertUnwindSafe(|| extractor.extract(event, lambda)));
    let extracted = match extraction {
        Ok(None) => return None,
        Ok(Some(Extraction::Ready(extracted))) => Ok(extracted),
        Ok(Some(Extraction::Pending(future))) => catch_panic(future).await,
        Err(panic) => Err(panic),
    };
    Some(extracted.unwrap_or_else(|panic| {
        Extracted::nothing(format!("it panicked: {}", panic_message(panic.as_ref())))
    }))
}

fn usable(extracted: Extracted, telemetry: &Telemetry) -> Result<TraceContext, String> {
    match extracted.0 {
        Found::Carrier(carrier) => extraction::usable(telemetry.propagator(), &carrier)
            .ok_or_else(|| "its carrier has no usable trace id and parent id".to_owned()),
        Found::TraceContext(context) if context.is_usable() => Ok(extraction::decided(context)),
        Found::TraceContext(context) => Err(format!(
            "trace id {} with parent id {} cannot be a parent",
            context.trace_id(),
            context.parent_id()
        )),
        Found::Nothing(reason) => Err(reason),
    }
}

type Panic = Box<dyn Any + Send>;

fn error_tags<T, E>(
    outcome: &Result<Result<T, TracedError<E>>, Panic>,
    failure: &Failure<E>,
) -> Option<ErrorTags> {
    match outcome {
        Ok(Ok(_)) => None,
        Ok(Err(TracedError::Handler(error))) => Some(failure.describe(error)),
        Ok(Err(TracedError::Event(error))) => Some(ErrorTags {
            kind: "EventError".to_owned(),
            message: error.to_string(),
            stack: String::new(),
        }),
        Err(panic) => Some(ErrorTags {
            kind: "panic".to_owned(),
            message: panic_message(panic.as_ref()).to_owned(),
            stack: String::new(),
        }),
    }
}

pub(crate) fn panic_message(panic: &(dyn Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("panicked with a value that is not text")
}

pin_project_lite::pin_project! {
    /// A future whose panic is its output.
    pub(crate) struct CatchPanic<F> {
        #[pin]
        future: F,
    }
}

pub(crate) fn catch_panic<F: Future>(future: F) -> CatchPanic<F> {
    CatchPanic { future }
}

impl<F: Future> Future for CatchPanic<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        // A panic ends the invocation: nobody sees what it left half done.
        match catch_unwind(AssertUnwindSafe(|| self.project().future.poll(cx))) {
            Ok(poll) => poll.map(Ok),
            Err(panic) => Poll::Ready(Err(panic)),
        }
    }
}
