//! Finished spans on their way to the Datadog agent or the Lambda extension.
//!
//! - In: a span that has ended.
//! - Out: a request to the agent, and the sampling rates in its answer.
//! - Next: [`tracer`](crate::tracer) hands the spans over, [`telemetry`](crate::telemetry) says when
//!   to send.
//!
//! [`FinishedSpans`] → [`chunk::encode`] → [`Queue`] → [`Agent`]: a span waits as it is until the next
//! send or until enough others wait, then as bytes until the agent has acknowledged them. Both waits are bounded.

mod chunk;
mod decision;
mod drain;
mod error;
mod events;
mod finished;
mod in_flight;
mod limits;
mod member;
mod numbers;
mod pressure;
mod process;
mod queue;
mod send;
mod single;
mod span;
mod span_data;
mod tags;
mod unanswered;

#[cfg(test)]
pub(crate) mod tests;

use std::fmt;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, RwLock};
use std::task::Waker;
use std::time::Duration;

use tokio::sync::Notify;

use self::finished::{Finished, FinishedSpans};
use self::in_flight::InFlight;
use self::limits::{FILLING_BYTES, FINISHED_BYTES, WAITING_BYTES};
use self::process::Process;
use self::queue::Queue;
pub(crate) use self::span_data::SpanData;
use self::unanswered::Late;
use crate::agent::Agent;
use crate::agent::back_off::BackOff;
use crate::config::Config;
use crate::log;
use crate::sampler::AgentRates;
use crate::sync::{lock, read, write};

/// Sends finished spans to the agent or the extension.
///
/// It has no thread and no runtime of its own: spans are sent only within a call of [`send`](Self::send). Spans that
/// could not be sent are kept, encoded, for the next one.
pub(crate) struct Exporter {
    process: RwLock<Process>,
    finished: Mutex<FinishedSpans>,
    /// Notified when so many spans wait that they should be sent before the invocation or the period ends.
    filling: Notify,
    /// The task that sends beside an invocation.
    beside: Mutex<Option<Waker>>,
    queue: Arc<Queue>,
    agent: Agent,
    late: Late,
    in_flight: InFlight,
    /// Whether a late answer of the agent has been reported.
    is_slow: AtomicBool,
    /// How long a thread that makes spans may have to wait for a send. With `None` it never waits.
    relief: Option<Duration>,
    /// Held by the thread that sends for the others.
    relieving: Mutex<()>,
    /// The sampling rates in the agent's answers.
    rates: Arc<AgentRates>,
    back_off: Mutex<BackOff>,
    /// The status of the last refusal that was reported, until something is accepted again.
    refused: Mutex<Option<u16>>,
}

impl Exporter {
    /// Does no I/O: the connection is opened by the first send.
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            process: RwLock::new(Process::new(config)),
            finished: Mutex::new(FinishedSpans::bounded(
                config.partial_flush.unwrap_or(usize::MAX),
                FINISHED_BYTES,
            )),
            filling: Notify::new(),
            beside: Mutex::default(),
            queue: Queue::bounded(WAITING_BYTES),
            agent: Agent::new(config.agent.clone(), "/v0.4/traces", ""),
            late: Late::default(),
            in_flight: InFlight::default(),
            is_slow: AtomicBool::default(),
            relief: None,
            relieving: Mutex::default(),
            rates: Arc::default(),
            back_off: Mutex::default(),
            refused: Mutex::default(),
        }
    }

    /// Like [`new`](Self::new), but threads that make spans faster than they can be sent are slowed down.
    pub(crate) fn with_relief(config: &Config) -> Self {
        Self {
            relief: Some(config.send_timeout),
            ..Self::new(config)
        }
    }

    /// The sampling rates that the agent asks for, as its answers change them.
    pub(crate) fn rates(&self) -> Arc<AgentRates> {
        self.rates.clone()
    }

    /// Takes a finished span; it waits for the next [`send`](Self::send).
    ///
    /// When enough of them are waiting they are encoded now, since encoded spans take less memory.
    pub(crate) fn push(self: &Arc<Self>, span: SpanData) {
        let full = lock(&self.finished).push(span);
        if !full.is_empty() {
            self.encode(&full);
            if self.is_filling() {
                self.filling.notify_one();
                let waker = lock(&self.beside).take();
                waker.into_iter().for_each(Waker::wake);
            }
            self.relieve();
        }
    }

    /// Whether so many spans wait that they should be sent before the invocation ends.
    pub(crate) fn is_filling(&self) -> bool {
        self.queue.bytes() >= FILLING_BYTES
    }

    /// Wakes the task of `waker` at the next span with which [`is_filling`](Self::is_filling) becomes true.
    pub(crate) fn wake_when_filling(&self, waker: &Waker) {
        let mut beside = lock(&self.beside);
        if !beside.as_ref().is_some_and(|known| known.will_wake(waker)) {
            *beside = Some(waker.clone());
        }
    }

    /// Whether nothing waits for a send.
    pub(crate) fn is_idle(&self) -> bool {
        lock(&self.finished).is_empty() && self.queue.is_empty() && self.late.is_empty()
    }

    /// Closes the connections, which a snapshot of the process wouldn't keep alive.
    pub(crate) fn disconnect(&self) {
        self.agent.disconnect();
        self.late.give_up_all();
    }

    /// Gives a restored copy of a process its own identity, and forgets the outages of the original.
    pub(crate) fn restored(&self) {
        write(&self.process).runtime_id = process::runtime_id();
        self.disconnect();
        *lock(&self.back_off) = BackOff::default();
    }

    fn encode_complete(&self) {
        let finished = lock(&self.finished).take_complete();
        if !finished.is_empty() {
            self.encode(&finished);
        }
    }

    fn encode_finished(&self) {
        let finished = lock(&self.finished).take();
        if !finished.is_empty() {
            self.encode(&finished);
        }
    }

    fn encode(&self, finished: &[Finished]) {
        let process = read(&self.process);
        let spare = self.queue.take_spare();
        self.queue.push(chunk::encode(finished, &process, spare));
    }

    fn report_losses(&self) {
        let dropped = self.queue.take_dropped();
        if dropped > 0 {
            log::warn!(
                "{} lost, as more wait for the agent at {} than fit",
                log::count(dropped, "span"),
                self.agent
            );
        }
    }

    /// The encoded traces that a [`send`](Self::send) would carry now.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn take_chunks(&self) -> Vec<Vec<u8>> {
        self.encode_finished();
        let Some(batch) = self.queue.take(usize::MAX) else {
            return Vec::new();
        };
        let chunks = batch.chunks().iter().map(|chunk| chunk.bytes.clone());
        let chunks = chunks.collect();
        batch.discard();
        chunks
    }
}

/// Without the spans that wait: they are for the agent alone.
impl fmt::Debug for Exporter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Exporter({})", self.agent)
    }
}
