//! The layer of `lambda_runtime::Runtime` that sends spans after the response.

use std::fmt::{self, Debug};
use std::future::Future;
use std::pin::Pin;
use std::sync::Once;
use std::task::{Context as TaskContext, Poll, ready};
use std::time::SystemTime;

use lambda_runtime::LambdaInvocation;
use lambda_runtime::tower::{Layer, Service};
use opentelemetry::Context;
use opentelemetry::context::FutureExt;
use opentelemetry::trace::WithContext;

use crate::event::raw::hand_over;
use crate::invocation::state::InvocationState;
use crate::log;
use crate::telemetry::{Telemetry, init};

#[cfg(test)]
mod tests;

type Error = lambda_runtime::Error;

/// The layer for a `Runtime` that you build yourself.
///
/// Spans are sent after the response has been posted and before the next event is asked for: the
/// caller never waits for them, and Datadog's extension has them before it flushes.
/// Add it last, so that it is the outermost. The event's body is left alone; [`run`](crate::run)
/// also parses it more cheaply.
///
/// One invocation has one `aws.lambda` span, with the outcome of the last call, however often a layer of yours calls
/// the handler. An error has the type that its conversion into a `Diagnostic` gives it. A layer that changes the
/// *response* isn't seen here: if `map_response` turns it into a 503, the span has the handler's status. With
/// [`run`](crate::run) the span has the status that is posted.
///
/// ```no_run
/// use dd_trace_runtime::traced_handler;
/// use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
/// use serde_json::Value;
///
/// #[traced_handler]
/// async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
///     Ok(event.payload)
/// }
///
/// # async fn main_() -> Result<(), Error> {
/// Runtime::new(service_fn(handler)).layer(dd_trace_runtime::layer()).run().await
/// # }
/// ```
#[must_use]
pub fn layer() -> TraceLayer {
    TraceLayer::new(init())
}

/// See [`layer`].
#[derive(Debug, Clone)]
pub struct TraceLayer {
    telemetry: Telemetry,
    /// Hand the event's bytes over beside `lambda_runtime`'s deserialiser.
    hand_over: bool,
}

impl TraceLayer {
    pub(crate) fn new(telemetry: Telemetry) -> Self {
        Self {
            telemetry,
            hand_over: false,
        }
    }

    /// Only valid if the handler takes a `RawEvent`: any other type would see the stand-in.
    pub(crate) fn handing_over(self) -> Self {
        Self {
            hand_over: true,
            ..self
        }
    }
}

impl<S> Layer<S> for TraceLayer {
    type Service = TraceService<S>;

    fn layer(&self, inner: S) -> TraceService<S> {
        TraceService {
            inner,
            context: self.telemetry.attach_to(&Context::new()),
            telemetry: self.telemetry.clone(),
            hand_over: self.hand_over,
        }
    }
}

/// The service that [`TraceLayer`] makes.
#[derive(Debug, Clone)]
pub struct TraceService<S> {
    inner: S,
    telemetry: Telemetry,
    /// The context in which a traced handler finds the telemetry to use.
    context: Context,
    hand_over: bool,
}

impl<S> Service<LambdaInvocation> for TraceService<S>
where
    S: Service<LambdaInvocation, Response = (), Error = Error>,
{
    type Response = ();
    type Error = Error;
    type Future = SendAfterResponse<WithContext<S::Future>>;

    fn poll_ready(&mut self, cx: &mut TaskContext<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut invocation: LambdaInvocation) -> Self::Future {
        let deadline = invocation.context.deadline();
        let inner = &mut self.inner;
        // The state also tells the handler not to send.
        let state = if self.hand_over {
            InvocationState::posting()
        } else {
            InvocationState::default()
        };
        let context = self.context.with_value(state.clone());
        // The future may do its first work here already, and `lambda_runtime` deserialises here.
        let future = {
            let _active = context.clone().attach();
            if self.hand_over {
                hand_over(std::mem::take(&mut invocation.body), |stand_in| {
                    invocation.body = stand_in;
                    inner.call(invocation)
                })
            } else {
                inner.call(invocation)
            }
        };
        SendAfterResponse {
            state: State::Responding {
                response: future.with_context(context.clone()),
                context,
                invocation: state,
                telemetry: self.telemetry.clone(),
                deadline,
                meanwhile: None,
            },
        }
    }
}

pin_project_lite::pin_project! {
    /// The future of [`TraceService`]: the response, then the spans.
    #[must_use = "futures do nothing unless polled"]
    pub struct SendAfterResponse<F> {
        #[pin]
        state: State<F>,
    }
}

type Sending = Pin<Box<dyn Future<Output = ()> + Send>>;

pin_project_lite::pin_project! {
    #[project = StateProjection]
    enum State<F> {
        /// Until `lambda_runtime` has posted the response.
        Responding {
            #[pin]
            response: F,
            context: Context,
            invocation: InvocationState,
            telemetry: Telemetry,
            deadline: SystemTime,
            // A send that goes on beside the handler.
            meanwhile: Option<Sending>,
        },
        /// While the spans are sent.
        Sending {
            send: Sending,
            result: Option<Result<(), Error>>,
        },
    }
}

impl<F> Debug for SendAfterResponse<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.state {
            State::Responding { .. } => "SendAfterResponse(responding)",
            State::Sending { .. } => "SendAfterResponse(sending)",
        })
    }
}

impl<F: Future<Output = Result<(), Error>>> Future for SendAfterResponse<F> {
    type Output = Result<(), Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let sending = match state.as_mut().project() {
                StateProjection::Responding {
                    response,
                    context,
                    invocation,
                    telemetry,
                    deadline,
                    meanwhile,
                } => {
                    let Poll::Ready(result) = response.poll(cx) else {
                        telemetry.wake_when_filling(cx.waker());
                        poll_meanwhile(meanwhile, telemetry, *deadline, context, cx);
                        return Poll::Pending;
                    };
                    invocation.finish();
                    if telemetry.enabled() && !invocation.was_handled() {
                        tell_that_no_handler_ran();
                    }
                    let begun = meanwhile.take();
                    State::Sending {
                        send: send_after(begun, telemetry.clone(), *deadline, context.clone()),
                        result: Some(result),
                    }
                }
                StateProjection::Sending { send, result } => {
                    ready!(send.as_mut().poll(cx));
                    return Poll::Ready(result.take().unwrap_or(Ok(())));
                }
            };
            // Drops the response's future, and with it any span that is still open in it.
            state.set(sending);
        }
    }
}

/// Once per process: a layer of the user's may answer some events itself on purpose.
#[cold]
fn tell_that_no_handler_ran() {
    static TOLD: Once = Once::new();
    TOLD.call_once(|| {
        log::warn!(
            "an invocation ended without a span, as no traced handler ran; put `#[traced_handler]` on the handler, or \
             leave it so where a layer of yours answers"
        );
    });
}

/// Continues the send beside the handler, and begins one when so many spans wait that they can't wait for the end of
/// the invocation.
fn poll_meanwhile(
    meanwhile: &mut Option<Sending>,
    telemetry: &Telemetry,
    deadline: SystemTime,
    context: &Context,
    cx: &mut TaskContext<'_>,
) {
    if meanwhile.is_none() && telemetry.is_filling() {
        *meanwhile = Some(send_after(
            None,
            telemetry.clone(),
            deadline,
            context.clone(),
        ));
    }
    let ended = meanwhile
        .as_mut()
        .is_some_and(|send| send.as_mut().poll(cx).is_ready());
    if ended {
        *meanwhile = None;
    }
}

/// Sends the spans that wait, after the send that has `begun`.
fn send_after(
    begun: Option<Sending>,
    telemetry: Telemetry,
    deadline: SystemTime,
    context: Context,
) -> Sending {
    let send = async move {
        if let Some(begun) = begun {
            begun.await;
        }
        telemetry.send(deadline).await;
    };
    // For its log lines.
    Box::pin(send.with_context(context))
}
