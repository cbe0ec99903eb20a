//! When spans are sent, and how long that may take.

use std::future::Future;
use std::pin::Pin;
use std::task::Waker;
use std::time::{Duration, SystemTime};

use super::Telemetry;
use super::deadline;
use crate::tracer::provider::Source;

/// Time to leave before the deadline of an invocation: a send that runs into the deadline is lost with the process.
/// After the response this is enough to ask for the next event, and before it, to post the response.
const MARGIN_AFTER_RESPONSE: Duration = Duration::from_millis(20);
const MARGIN_BEFORE_RESPONSE: Duration = Duration::from_millis(100);

/// Whether a send that doesn't happen now can happen later.
#[derive(Debug, Clone, Copy)]
enum Chance {
    OneOfMany,
    Last,
}

impl Telemetry {
    /// Sends every span that has ended, for a process without invocations.
    ///
    /// Waits for the agent's answer, for at most `DD_TRACE_AGENT_TIMEOUT_SECONDS` per 64 KiB that wait. Spans that the
    /// agent hasn't acknowledged by then stay for the next call. [`send_every`](Self::send_every) sends them regularly;
    /// a process that ends calls [`shutdown`](Self::shutdown).
    pub async fn flush(&self) {
        self.send_at_most(self.time_to_send(), Chance::Last).await;
    }

    /// As [`flush`](Self::flush), within `limit`, even if the settings allow less for a send: there will be no other.
    pub(crate) async fn flush_within(&self, limit: Duration) {
        match self.source() {
            Source::User(user) if self.sends() => {
                user.flush_last(limit).await;
                #[cfg(feature = "dsm")]
                self.send_data_streams(self.time_to_send(), true).await;
            }
            _ => self.send_at_most(limit, Chance::Last).await,
        }
    }

    /// Sends the spans that have ended, within the settings' time and the time left before `deadline`.
    pub(crate) async fn send(&self, deadline: SystemTime) {
        self.send_leaving(MARGIN_AFTER_RESPONSE, deadline).await;
    }

    /// As [`send`](Self::send), before the response is posted.
    pub(crate) async fn send_before_response(&self, deadline: SystemTime) {
        self.send_leaving(MARGIN_BEFORE_RESPONSE, deadline).await;
    }

    async fn send_leaving(&self, margin: Duration, deadline: SystemTime) {
        let left = deadline::left(deadline).unwrap_or(Duration::MAX);
        self.send_within(left.saturating_sub(margin)).await;
    }

    /// Sends the spans that have ended, within the settings' time and `within`.
    pub(crate) async fn send_within(&self, within: Duration) {
        let within = within.min(self.time_to_send());
        self.send_at_most(within, Chance::OneOfMany).await;
    }

    /// As [`send_within`](Self::send_within), even if the agent could not be reached a moment ago: the process may not
    /// live to send again.
    pub(crate) async fn send_last(&self, within: Duration) {
        let within = within.min(self.time_to_send());
        self.send_at_most(within, Chance::Last).await;
    }

    /// How long the settings allow for sending everything that waits.
    fn time_to_send(&self) -> Duration {
        let usual = self.0.config.send_timeout;
        let own = self.0.source.own();
        own.map_or(usual, |own| own.exporter.time_to_send(usual))
    }

    /// Whether this process sends spans at all.
    pub(crate) fn sends(&self) -> bool {
        self.enabled() && !self.0.keeps
    }

    /// Not an `async fn`: rustc would compile its body again in every crate whose generic code reaches it, and the
    /// whole way to the agent is below it.
    fn send_at_most(
        &self,
        within: Duration,
        chance: Chance,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            if !self.sends() || within.is_zero() {
                return;
            }
            #[cfg(feature = "dsm")]
            let started = self.data_streams().map(|_| std::time::Instant::now());
            match &self.0.source {
                Source::Own(own) => match chance {
                    Chance::OneOfMany => own.exporter.send(within).await,
                    Chance::Last => own.exporter.send_now(within).await,
                },
                Source::User(user) => user.flush(within).await,
            }
            #[cfg(feature = "dsm")]
            if let Some(started) = started {
                let left = within.saturating_sub(started.elapsed());
                let is_last = matches!(chance, Chance::Last);
                self.send_data_streams(left, is_last).await;
            }
        })
    }

    /// Whether so many spans wait that they should be sent before the invocation ends.
    pub(crate) fn is_filling(&self) -> bool {
        let own = self.0.source.own();
        self.sends() && own.is_some_and(|own| own.exporter.is_filling())
    }

    /// Wakes the task of `waker` as soon as [`is_filling`](Self::is_filling): spans that other tasks end wait too.
    pub(crate) fn wake_when_filling(&self, waker: &Waker) {
        if let Some(own) = self.0.source.own() {
            own.exporter.wake_when_filling(waker);
        }
    }

    /// Closes the connections, which a snapshot of the process can't hold.
    pub(crate) fn disconnect(&self) {
        if let Some(own) = self.0.source.own() {
            own.exporter.disconnect();
        }
        #[cfg(feature = "dsm")]
        if let Some(streams) = self.data_streams() {
            streams.disconnect();
        }
    }
}
