//! When the counts go to the agent: with the spans of an invocation, so that none waits in a frozen sandbox.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use tokio::time::Instant;

use super::buckets::{Bucket, MAX_BUCKETS, MAX_PATHWAYS};
use super::{DataStreams, payload};
use crate::log;
use crate::timer;

/// How long one attempt of the last send may take, and the pause between two.
const ATTEMPT: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(100);

impl DataStreams {
    /// Sends what was counted, within `limit`; what the agent doesn't take waits for the next send.
    ///
    /// In the pause after one that failed it returns at once, unless it is the `last`.
    pub(crate) async fn send(&self, limit: Duration, last: bool) {
        if limit.is_zero() || !last && !self.agent.is_ready() {
            return;
        }
        let taken = self.take();
        let Some(body) = payload::encode(self, &taken.buckets) else {
            return;
        };
        if self.agent.send(&body, limit).await {
            taken.discard();
        }
    }

    /// Sends until nothing waits, for at most `limit`: no later send will follow. Returns how many pathways still wait.
    pub(crate) async fn drain(&self, limit: Duration) -> usize {
        let started = Instant::now();
        loop {
            let left = || limit.saturating_sub(started.elapsed());
            self.send(left().min(ATTEMPT), true).await;
            let waiting = self.lock().buckets.values().map(HashMap::len).sum();
            if waiting == 0 || left().is_zero() {
                return waiting;
            }
            let Some(pause) = timer::sleep(left().min(PAUSE)) else {
                return waiting;
            };
            pause.await;
        }
    }

    /// Lets go of what a snapshot of the process can't hold.
    pub(crate) fn disconnect(&self) {
        self.agent.disconnect();
    }

    /// What was counted, which is counted again unless it is discarded: also when a send is dropped.
    pub(super) fn take(&self) -> Taken<'_> {
        let mut counted = self.lock();
        let lost = counted.take_lost();
        let buckets = std::mem::take(&mut counted.buckets);
        drop(counted);
        if lost > 0 {
            log::warn!(
                "Data Streams Monitoring left {} out: it counts {MAX_PATHWAYS} in ten seconds, and keeps {MAX_BUCKETS} times \
                 ten seconds while the agent doesn't take them",
                log::count(lost, "pathway")
            );
        }
        Taken {
            streams: self,
            buckets,
        }
    }
}

pub(super) struct Taken<'a> {
    streams: &'a DataStreams,
    pub(super) buckets: BTreeMap<u64, Bucket>,
}

impl Taken<'_> {
    pub(super) fn discard(mut self) {
        self.buckets.clear();
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        let buckets = std::mem::take(&mut self.buckets);
        if !buckets.is_empty() {
            self.streams.lock().put_back(buckets);
        }
    }
}
