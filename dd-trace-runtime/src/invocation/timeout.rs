//! An invocation whose time runs out: its spans are sent before Lambda kills the process.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};
use std::time::{Duration, SystemTime};

use tokio::runtime::Handle;

use crate::handler::failure::ErrorTags;
use crate::handler::outcome::Outcome;
use crate::log;
use crate::span::aws_lambda::InvocationSpan;
use crate::spawn::spawn_boxed;
use crate::telemetry::Telemetry;
use crate::telemetry::deadline;
use crate::timer;
use crate::tracer::invocation;

/// The function's span ends this fraction of the flush deadline before the invocation's deadline: the last moment.
const LAST_MOMENT: u32 = 5;

/// Waits for the deadline, while the invocation goes on beside it.
///
/// Lambda kills the process at the deadline, and spans that haven't been sent are lost. Datadog's libraries for
/// Python and Node end the function's span a tenth of a second earlier, as an error. If the function then ends in
/// time after all, the error stays: the extension drops a second span with the same id. So only the spans that have
/// ended are sent that early (`DD_APM_FLUSH_DEADLINE_MILLISECONDS`), and the function's own span ends in the last
/// fifth of that time.
pub(crate) async fn watch(telemetry: Telemetry, span: InvocationSpan, deadline: SystemTime) {
    let margin = telemetry.flush_deadline();
    let Some(early) = until(deadline, margin).filter(|_| !margin.is_zero()) else {
        return;
    };
    if Handle::try_current().is_err() {
        // A unit test under another executor: `lambda_runtime` runs under tokio.
        return;
    }
    end_early(telemetry, span, deadline, early).await;
}

/// Boxed, as it is rarely needed. It isn't an `async fn`, whose body would be compiled again in the handler's crate.
fn end_early(
    telemetry: Telemetry,
    span: InvocationSpan,
    deadline: SystemTime,
    early: Duration,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let last_moment = telemetry.flush_deadline() / LAST_MOMENT;
        let remaining = || until(deadline, last_moment).unwrap_or_default();
        let Some(sleep) = timer::sleep(early) else {
            // Without tokio's timer nothing can be sent before Lambda ends the process.
            return;
        };
        sleep.await;
        send(&telemetry, remaining()).await;
        tokio::time::sleep(remaining()).await;
        {
            let _active = span.context().attach();
            log::warn!("the invocation is about to time out; its span ends now");
        }
        let outcome = impending_timeout();
        if let Some(error) = &outcome.error {
            invocation::end_below(&span.context(), &error.kind, &error.message);
        }
        span.finish(&outcome, SystemTime::now());
        send(&telemetry, last_moment).await;
    })
}

/// How long it is until the moment `before` the deadline.
fn until(deadline: SystemTime, before: Duration) -> Option<Duration> {
    deadline::left(deadline).map(|left| left.saturating_sub(before))
}

/// Sends in a task of its own: a handler that ends meanwhile doesn't interrupt the send, or the spans would be sent
/// again, and the response doesn't wait for it.
async fn send(telemetry: &Telemetry, within: Duration) {
    let telemetry = telemetry.clone();
    let send = async move { telemetry.send_last(within).await };
    let _ = spawn_boxed(Box::pin(send)).await;
}

/// Worded as by Datadog's libraries.
fn impending_timeout() -> Outcome {
    Outcome {
        status: None,
        error: Some(ErrorTags {
            kind: "Impending Timeout".to_owned(),
            message: "Datadog detected an Impending Timeout".to_owned(),
            stack: String::new(),
        }),
    }
}

pin_project_lite::pin_project! {
    /// A future, and another one that runs as long as the first is pending.
    pub(crate) struct Alongside<F, W> {
        #[pin]
        future: F,
        #[pin]
        watch: Option<W>,
    }
}

pub(crate) fn alongside<F: Future, W: Future<Output = ()>>(future: F, watch: W) -> Alongside<F, W> {
    Alongside {
        future,
        watch: Some(watch),
    }
}

impl<F: Future, W: Future<Output = ()>> Future for Alongside<F, W> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        // The future comes first: a handler that is ready at once needs no timer, and one that ends at the last moment
        // has ended.
        if let Poll::Ready(output) = this.future.poll(cx) {
            return Poll::Ready(output);
        }
        if let Some(watch) = this.watch.as_mut().as_pin_mut()
            && watch.poll(cx).is_ready()
        {
            this.watch.set(None);
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_future_that_is_ready_at_once_is_not_watched() {
        let watch = async { panic!("it was watched") };
        assert_eq!(alongside(async { 1 }, watch).await, 1);
    }

    #[tokio::test]
    async fn a_watch_that_ends_leaves_the_future_alone() {
        let mut polls = 0;
        let future = async {
            tokio::task::yield_now().await;
            tokio::task::yield_now().await;
            1
        };
        let output = alongside(future, async { polls += 1 }).await;
        assert_eq!((output, polls), (1, 1));
    }
}
