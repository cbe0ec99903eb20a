//! The state of the function: which polls are waiting, which invocations are running, which have ended.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use bytes::Bytes;
use tokio::sync::oneshot;

use super::{FunctionError, Invocation, Outcome, Timings};
use crate::ids::uuid;

/// The state of one function; every method is one step of the protocol.
#[derive(Debug, Default)]
pub(super) struct State {
    queue: VecDeque<Event>,
    /// The invocations that haven't ended, taken or queued, by request id.
    callers: HashMap<String, oneshot::Sender<Outcome>>,
    timings: Vec<Timings>,
    /// How many of the first timings are complete. No search needs to look at them.
    complete: usize,
    /// The polls that are waiting for an event.
    pollers: usize,
    /// Whether there has been a poll, from this process or an earlier one.
    polled: bool,
    /// Whether the process is initialised and is waiting to be restored from its snapshot.
    awaits_restore: bool,
    restored: bool,
    /// Why the process can't start. A poll of a new process clears it.
    init_error: Option<FunctionError>,
}

/// What a poller gets.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) id: String,
    pub(super) payload: Bytes,
    pub(super) client_context: Option<String>,
    pub(super) trace_id: Option<String>,
    pub(super) limit: Duration,
    pub(super) deadline_ms: Option<u64>,
}

/// Why an answer isn't accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// No running invocation has this id.
    UnknownId,
    /// The invocation has already been answered.
    Answered,
}

impl State {
    pub(super) fn enqueue(
        &mut self,
        invocation: Invocation,
        limit: Duration,
    ) -> (String, oneshot::Receiver<Outcome>) {
        let id = uuid();
        let (caller, answer) = oneshot::channel();
        self.timings.push(Timings {
            request_id: id.clone(),
            handed_out: None,
            answered: None,
            next_poll: None,
        });
        if let Some(error) = &self.init_error {
            let _ = caller.send(Outcome::InitError(error.clone()));
            return (id, answer);
        }
        self.callers.insert(id.clone(), caller);
        self.queue.push_back(Event {
            id: id.clone(),
            payload: invocation.payload,
            client_context: invocation.client_context,
            trace_id: invocation.trace_id,
            limit,
            deadline_ms: invocation.deadline_ms,
        });
        (id, answer)
    }

    pub(super) fn poll_begins(&mut self, now: Instant) {
        self.pollers += 1;
        self.polled = true;
        self.init_error = None;
        let mut latest = self.timings.iter_mut().skip(self.complete);
        let ended =
            latest.find(|timings| timings.answered.is_some() && timings.next_poll.is_none());
        if let Some(timings) = ended {
            timings.next_poll = Some(now);
        }
        let latest = self.timings.iter().skip(self.complete);
        self.complete += latest.take_while(|it| it.next_poll.is_some()).count();
    }

    pub(super) fn poll_ends(&mut self) {
        self.pollers -= 1;
    }

    /// The process has reached the point of its snapshot.
    pub(super) fn await_restore(&mut self) {
        self.awaits_restore = true;
    }

    pub(super) fn awaits_restore(&self) -> bool {
        self.awaits_restore
    }

    pub(super) fn restore(&mut self) {
        self.restored = true;
    }

    pub(super) fn is_restored(&self) -> bool {
        self.restored
    }

    pub(super) fn take(&mut self, now: Instant) -> Option<Event> {
        let event = self.queue.pop_front()?;
        if let Some(timings) = self.timings_of(&event.id) {
            timings.handed_out = Some(now);
        }
        Some(event)
    }

    pub(super) fn answer(
        &mut self,
        id: &str,
        outcome: Outcome,
        now: Instant,
    ) -> Result<(), Refusal> {
        self.answerable(id)?;
        if let Some(timings) = self.timings_of(id) {
            timings.answered = Some(now);
        }
        if let Some(caller) = self.callers.remove(id) {
            // The caller may have gone, but the function has done its work.
            let _ = caller.send(outcome);
        }
        Ok(())
    }

    /// Whether the function may answer `id` now.
    pub(super) fn answerable(&self, id: &str) -> Result<(), Refusal> {
        let mut latest_first = self.timings.iter().rev();
        let Some(timings) = latest_first.find(|known| known.request_id == id) else {
            return Err(Refusal::UnknownId);
        };
        match (timings.answered, timings.handed_out) {
            (Some(_), _) => Err(Refusal::Answered),
            (None, Some(_)) if self.callers.contains_key(id) => Ok(()),
            _ => Err(Refusal::UnknownId),
        }
    }

    /// The init phase failed, and so does everything that is waiting for it.
    pub(super) fn fail_init(&mut self, error: &FunctionError) {
        self.init_error = Some(error.clone());
        for event in self.queue.drain(..) {
            if let Some(caller) = self.callers.remove(&event.id) {
                let _ = caller.send(Outcome::InitError(error.clone()));
            }
        }
    }

    /// The caller gave up: a later answer is refused.
    pub(super) fn forget(&mut self, id: &str) {
        self.queue.retain(|event| event.id != id);
        self.callers.remove(id);
    }

    pub(super) fn polled(&self) -> bool {
        self.polled
    }

    pub(super) fn is_taken(&self, id: &str) -> bool {
        let mut latest_first = self.timings.iter().rev();
        latest_first.any(|timings| timings.request_id == id && timings.handed_out.is_some())
    }

    pub(super) fn is_idle(&self) -> bool {
        let asked_again =
            |timings: &Timings| timings.answered.is_none() || timings.next_poll.is_some();
        self.pollers > 0
            && self.callers.is_empty()
            && self.timings.iter().skip(self.complete).all(asked_again)
    }

    pub(super) fn timings(&self) -> Vec<Timings> {
        self.timings.clone()
    }

    fn timings_of(&mut self, id: &str) -> Option<&mut Timings> {
        let mut latest_first = self.timings.iter_mut().rev();
        latest_first.find(|timings| timings.request_id == id)
    }
}
