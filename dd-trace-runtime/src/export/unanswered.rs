//! Requests that were written completely and have not been answered yet.

use std::collections::VecDeque;
use std::sync::Mutex;

use tokio::time::Instant;

use super::limits::{LATE, LATE_BYTES};
use super::queue::Batch;
use crate::agent::{Answer, Connection, Failure};
use crate::sync::lock;

/// A request that was written completely.
///
/// If it is dropped, its spans wait to be sent again.
pub(super) struct Unanswered {
    pub(super) connection: Connection,
    pub(super) batch: Batch,
    /// When the send that wrote it ended without the answer.
    late_since: Option<Instant>,
}

impl Unanswered {
    pub(super) fn new(connection: Connection, batch: Batch) -> Self {
        Self {
            connection,
            batch,
            late_since: None,
        }
    }

    pub(super) fn is_late(&self) -> bool {
        self.late_since.is_some()
    }
}

/// The requests whose answer didn't arrive during the send that wrote them.
///
/// The agent most likely has their spans, so sending them again would make them arrive twice.
#[derive(Default)]
pub(super) struct Late(Mutex<VecDeque<Unanswered>>);

impl Late {
    /// The request that has been late for the longest time.
    pub(super) fn take(&self) -> Option<Unanswered> {
        lock(&self.0).pop_front()
    }

    pub(super) fn len(&self) -> usize {
        lock(&self.0).len()
    }

    pub(super) fn is_empty(&self) -> bool {
        lock(&self.0).is_empty()
    }

    pub(super) fn spans(&self) -> usize {
        let requests = lock(&self.0);
        requests.iter().map(|request| request.batch.spans()).sum()
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let requests = lock(&self.0);
        requests.iter().map(|request| request.batch.bytes()).sum()
    }

    /// Waits for the answer to `request`. If this future is dropped before, the request joins the late ones.
    ///
    /// The result is always `Some`.
    pub(super) async fn answer(
        &self,
        request: Unanswered,
    ) -> Option<(Unanswered, Result<Answer, Failure>)> {
        let mut listening = Listening {
            late: self,
            request: Some(request),
        };
        let answered = listening.request.as_mut()?.connection.answer().await;
        Some((listening.request.take()?, answered))
    }

    /// Gives up requests that have been late for too long. Returns whether there were any.
    pub(super) fn give_up(&self, now: Instant) -> bool {
        let is_too_late = |request: &Unanswered| {
            let late = request.late_since.map(|since| now.duration_since(since));
            late.is_some_and(|late| late >= LATE)
        };
        let mut requests = lock(&self.0);
        let all = std::mem::take(&mut *requests).into_iter();
        let (given_up, left): (Vec<_>, _) = all.partition(is_too_late);
        *requests = left.into();
        drop(requests);
        !given_up.is_empty()
    }

    /// Gives up all late requests.
    pub(super) fn give_up_all(&self) {
        let all = std::mem::take(&mut *lock(&self.0));
        drop(all);
    }

    fn add(&self, mut request: Unanswered) {
        request.late_since.get_or_insert_with(Instant::now);
        let mut requests = lock(&self.0);
        requests.push_back(request);
        let mut bytes: usize = requests.iter().map(|request| request.batch.bytes()).sum();
        let mut given_up = Vec::new();
        while bytes > LATE_BYTES {
            let Some(oldest) = requests.pop_front() else {
                break;
            };
            bytes -= oldest.batch.bytes();
            given_up.push(oldest);
        }
        drop(requests);
        drop(given_up);
    }
}

/// A request whose answer is awaited. It may be dropped at any time: a send has a time limit, and its task may
/// end.
struct Listening<'a> {
    late: &'a Late,
    request: Option<Unanswered>,
}

impl Drop for Listening<'_> {
    fn drop(&mut self) {
        if let Some(request) = self.request.take() {
            self.late.add(request);
        }
    }
}
