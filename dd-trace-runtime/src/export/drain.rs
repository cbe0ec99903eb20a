//! The last send of a process: it goes on until nothing waits.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::Exporter;
use crate::agent::Failure;
use crate::sync::lock;

/// How long one attempt may take. An agent that doesn't answer may have been replaced, so it is asked again.
const ATTEMPT: Duration = Duration::from_secs(1);

/// The first pause between two attempts. Each pause is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(20);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);

impl Exporter {
    /// Sends until nothing waits, for at most `limit`, and waits for the sends of other tasks. Returns how many spans
    /// still wait.
    ///
    /// As no later send will follow, an agent that can't be reached is tried again soon.
    pub(crate) async fn drain(&self, limit: Duration) -> usize {
        let started = Instant::now();
        let mut pause = FIRST_PAUSE;
        while !self.is_idle() || !self.in_flight.is_empty() {
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                break;
            }
            if self.is_idle() {
                self.in_flight.all_ended(left).await;
                continue;
            }
            self.encode_finished();
            self.report_losses();
            let waiting = self.waiting();
            let attempt = Instant::now();
            let Err(failure) = self.attempt(left.min(ATTEMPT)).await else {
                continue;
            };
            self.failed(&failure, attempt);
            if matches!(failure, Failure::NoRuntime | Failure::NoTimer) {
                break;
            }
            if self.waiting() < waiting {
                pause = FIRST_PAUSE;
            }
            sleep(pause.min(limit.saturating_sub(started.elapsed()))).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
        self.waiting()
    }

    /// Returns when so many spans wait that they should be sent at once.
    pub(crate) async fn filling(&self) {
        self.filling.notified().await;
    }

    /// How many spans wait.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.finished).len() + self.queue.spans() + self.late.spans()
    }
}
