//! Sends in progress, whichever tasks they run in.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;

use crate::timer;

/// Counts the sends in progress. Their spans are in no queue, so the last send of a process waits for them.
#[derive(Debug, Default)]
pub(super) struct InFlight {
    sends: AtomicUsize,
    ended: Notify,
}

impl InFlight {
    /// Counts one more send until the result is dropped.
    pub(super) fn begin(&self) -> Send<'_> {
        self.sends.fetch_add(1, Ordering::SeqCst);
        Send(self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sends.load(Ordering::SeqCst) == 0
    }

    /// Waits for at most `limit` until no send is in progress.
    pub(super) async fn all_ended(&self, limit: Duration) {
        let Some(limit) = timer::sleep(limit) else {
            return;
        };
        let ended = async {
            loop {
                // Created before the question, so that an end in between isn't missed.
                let next = self.ended.notified();
                if self.is_empty() {
                    return;
                }
                next.await;
            }
        };
        // In either case the caller then sends the spans that wait.
        drop(timer::until(limit, ended).await);
    }
}

/// A send in progress.
#[must_use]
pub(super) struct Send<'a>(&'a InFlight);

impl Drop for Send<'_> {
    fn drop(&mut self) {
        self.0.sends.fetch_sub(1, Ordering::SeqCst);
        self.0.ended.notify_waiters();
    }
}
