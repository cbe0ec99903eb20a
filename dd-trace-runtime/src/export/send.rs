//! One send: the spans that wait are written to the agent, and its answers are read.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::Instant;

use super::Exporter;
use super::limits::{LONGEST_SEND, REQUEST_BYTES, SEND_BYTES};
use super::queue::Batch;
use super::unanswered::Unanswered;
use crate::agent::{Connection, Failure, Request, Verdict};
use crate::log;
use crate::msgpack::array_header;
use crate::sync::{lock, read};
use crate::timer;

impl Exporter {
    /// Sends the spans that wait, within the time `within`.
    ///
    /// The spans of a trace whose local root is still open are not sent yet.
    ///
    /// Spans that the agent doesn't acknowledge wait for the next send, also if this future is dropped. A request that
    /// was written whole waits for its answer, and is sent again only if that doesn't come.
    ///
    /// After the agent could not be reached, or didn't answer in time, there is a pause, from milliseconds to
    /// seconds, in which sends return at once. An outage, its end, a refusal and a loss are each logged once.
    ///
    /// Needs a tokio runtime with I/O and time enabled.
    pub(crate) async fn send(&self, within: Duration) {
        if !self.late.is_empty() {
            self.read_late().await;
        }
        if within.is_zero() || lock(&self.back_off).is_waiting(Instant::now()) {
            return;
        }
        self.encode_complete();
        self.send_encoded(within).await;
    }

    /// Like [`send`](Self::send), but also during a pause, and including the spans of traces whose local root is still
    /// open: there may be no other chance. For the same reason it waits for the sends of other tasks, and sends again
    /// what they could not.
    pub(crate) async fn send_now(&self, within: Duration) {
        if within.is_zero() {
            return;
        }
        let started = Instant::now();
        let left = || within.saturating_sub(started.elapsed());
        self.encode_finished();
        self.send_encoded(within).await;
        if self.in_flight.is_empty() {
            return;
        }
        self.in_flight.all_ended(left()).await;
        self.send_encoded(left()).await;
    }

    async fn send_encoded(&self, within: Duration) {
        self.report_losses();
        if self.queue.is_empty() && self.late.is_empty() {
            return;
        }
        let started = Instant::now();
        if let Err(failure) = self.attempt(within).await {
            self.failed(&failure, started);
        }
    }

    /// How long a send of everything that waits may take: `usual` for each [`SEND_BYTES`], within limits.
    ///
    /// While the agent doesn't answer it is only `usual`.
    pub(crate) fn time_to_send(&self, usual: Duration) -> Duration {
        let bytes = lock(&self.finished).size() + self.queue.bytes();
        if bytes <= SEND_BYTES || !self.is_answered() {
            return usual;
        }
        let parts = u32::try_from(bytes.div_ceil(SEND_BYTES)).unwrap_or(u32::MAX);
        usual.max(usual.saturating_mul(parts).min(LONGEST_SEND))
    }

    /// Whether the agent has answered everything that it was sent, as far as is known.
    pub(super) fn is_answered(&self) -> bool {
        !lock(&self.back_off).is_outage() && self.late.is_empty()
    }

    pub(super) async fn attempt(&self, within: Duration) -> Result<(), Failure> {
        if Handle::try_current().is_err() {
            return Err(Failure::NoRuntime);
        }
        let limit = timer::sleep(within).ok_or(Failure::NoTimer)?;
        let _in_flight = self.in_flight.begin();
        timer::until(limit, self.send_waiting())
            .await
            .unwrap_or(Err(Failure::TimedOut))
    }

    /// Spans that have never been sent go first, as the agent most likely has the late ones.
    async fn send_waiting(&self) -> Result<(), Failure> {
        loop {
            let request = if let Some(batch) = self.queue.take(REQUEST_BYTES) {
                Unanswered::new(self.write(&batch).await?, batch)
            } else if let Some(late) = self.late.take() {
                late
            } else {
                return Ok(());
            };
            self.conclude(request).await?;
        }
    }

    async fn write(&self, batch: &Batch) -> Result<Connection, Failure> {
        let traces = batch.chunks().len();
        let mut header = [0; 5];
        let request = Request {
            counts: &[("X-Datadog-Trace-Count", traces)],
            start: array_header(traces, &mut header),
            parts: batch.chunks(),
        };
        self.agent.write(&request).await
    }

    /// Reads the late answers that have arrived by now, without waiting for any.
    async fn read_late(&self) {
        for _ in 0..self.late.len() {
            let Some(request) = self.late.take() else {
                return;
            };
            let mut concluding = pin!(self.conclude(request));
            let polled = poll_fn(|cx| Poll::Ready(concluding.as_mut().poll(cx))).await;
            if let Poll::Ready(Err(failure)) = polled {
                self.failed(&failure, Instant::now());
            }
        }
    }

    /// Waits for the answer to a request. If there is none, its spans wait to be sent again.
    async fn conclude(&self, request: Unanswered) -> Result<(), Failure> {
        let is_late = request.is_late();
        if is_late && !request.connection.is_at_home() {
            // The runtime of its connection may never run again, and the answer can't be read in another one.
            return Ok(());
        }
        let Some((request, answer)) = self.late.answer(request).await else {
            return Ok(());
        };
        let Unanswered {
            connection, batch, ..
        } = request;
        let answer = match answer {
            // The agent may have closed a connection that was kept open; a new one is tried.
            Err(Failure::Lost(_)) if connection.is_kept() => return Ok(()),
            answer => answer?,
        };
        match self.agent.verdict(answer, connection)? {
            Verdict::Accepted { answer } => {
                self.accepted(&answer, is_late);
                if log::shows_debug() {
                    log::debug!(
                        "the agent at {} has taken {} in {} bytes",
                        self.agent,
                        log::count(batch.spans(), "span"),
                        batch.bytes()
                    );
                }
            }
            Verdict::Refused { status, complaint } => {
                self.refused(batch.spans(), status, &complaint);
            }
        }
        batch.discard();
        Ok(())
    }

    fn accepted(&self, answer: &[u8], is_late: bool) {
        self.rates.update(answer);
        *lock(&self.refused) = None;
        let outage_ends = lock(&self.back_off).answered();
        if outage_ends && is_late {
            self.is_slow.store(true, Ordering::Relaxed);
            log::info!(
                "the agent at {} has the traces, and needed more time to answer than a send may take; \
                 `DD_TRACE_AGENT_TIMEOUT_SECONDS` allows more",
                self.agent
            );
        } else if outage_ends {
            log::info!("the agent at {} takes traces again", self.agent);
        }
    }

    fn refused(&self, spans: usize, status: u16, complaint: &str) {
        let reported = lock(&self.refused).replace(status);
        if reported != Some(status) {
            log::warn!(
                "{} lost, refused by the agent at {} with status {status}: {complaint:?}",
                log::count(spans, "span"),
                self.agent
            );
        }
    }

    /// Most often nobody listens there because the function lacks Datadog's extension.
    fn remedy(&self) -> &'static str {
        let process = read(&self.process);
        if process.on_lambda && self.agent.is_default() {
            "add the layer `Datadog-Extension` to the function, or name an agent in `DD_TRACE_AGENT_URL`"
        } else {
            "run the Datadog extension or an agent there, or set `DD_TRACE_AGENT_URL`"
        }
    }

    pub(super) fn failed(&self, failure: &Failure, started: Instant) {
        let now = Instant::now();
        let is_silent = matches!(failure, Failure::TimedOut);
        let gives_up = is_silent && self.late.give_up(now);
        let is_known = is_silent && !gives_up && self.is_slow.load(Ordering::Relaxed);
        let mut back_off = lock(&self.back_off);
        let outage_begins = match failure.pauses() {
            Some(pauses) if is_known => {
                back_off.pause(pauses, started, now);
                false
            }
            _ => back_off.failed(failure, started, now),
        };
        drop(back_off);
        if log::shows_debug() {
            log::debug!("a send to the agent at {} failed: {failure}", self.agent);
        }
        if outage_begins {
            log::warn!(
                "traces wait, as the agent at {} doesn't take them: {failure}; {}",
                self.agent,
                self.remedy()
            );
        }
    }
}
