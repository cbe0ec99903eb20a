//! Time limits, in a tokio runtime that may have been built without timers.

use std::future::Future;
use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::runtime::Handle;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::{Sleep, sleep as tokio_sleep};

/// A future that took longer than it may.
#[derive(Debug)]
pub(crate) struct Elapsed;

/// Ends after `time`; `None` if the runtime has no timer.
///
/// Tokio has no way to ask, and panics. That happens once in a process.
pub(crate) fn sleep(time: Duration) -> Option<Sleep> {
    static NONE: AtomicBool = AtomicBool::new(false);
    if NONE.load(Ordering::Relaxed) || Handle::try_current().is_err() {
        return None;
    }
    let sleep = catch_unwind(|| tokio_sleep(time));
    if sleep.is_err() {
        NONE.store(true, Ordering::Relaxed);
        crate::log::warn!(
            "the tokio runtime has no timers, so nothing here has a time limit and no spans are sent; build it \
             with `enable_all()`"
        );
    }
    sleep.ok()
}

/// The output of `future`, if it is ready within `limit`. Without a timer there is no limit.
pub(crate) async fn within<F: Future>(limit: Duration, future: F) -> Result<F::Output, Elapsed> {
    match sleep(limit) {
        None => Ok(future.await),
        Some(limit) => until(limit, future).await,
    }
}

/// The output of `future`, if it is ready before `limit` ends.
pub(crate) fn until<F: Future>(limit: Sleep, future: F) -> Until<F> {
    Until {
        future,
        // A future that is always busy must not keep the limit from being checked.
        limit: unconstrained(limit),
    }
}

pin_project! {
    /// See [`until`]. As an `async fn` it would have room for the future twice.
    pub(crate) struct Until<F> {
        #[pin]
        future: F,
        #[pin]
        limit: Unconstrained<Sleep>,
    }
}

impl<F: Future> Future for Until<F> {
    type Output = Result<F::Output, Elapsed>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        match this.future.poll(cx) {
            Poll::Ready(output) => Poll::Ready(Ok(output)),
            Poll::Pending => this.limit.poll(cx).map(|()| Err(Elapsed)),
        }
    }
}
