//! Flushing a user's tracer provider: one flush at a time, and no endless waiting.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard, oneshot};

use crate::log;
use crate::sync::lock;
use crate::timer;

/// Flushes a provider.
#[derive(Debug)]
pub(super) struct Flushes {
    provider: SdkTracerProvider,
    /// Held during a flush.
    alone: Arc<AsyncMutex<()>>,
    due: Due,
    /// How many have begun.
    begun: AtomicUsize,
}

/// When the current flush should have ended; `None` if there is none or it has no limit.
type Due = Arc<Mutex<Option<Instant>>>;

/// The current flush.
struct Turn {
    due: Due,
    /// Released after `due` is cleared.
    _alone: OwnedMutexGuard<()>,
}

impl Turn {
    fn begin(slot: &Due, due: Option<Instant>, alone: OwnedMutexGuard<()>) -> Self {
        *lock(slot) = due;
        Self {
            due: Arc::clone(slot),
            _alone: alone,
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *lock(&self.due) = None;
    }
}

impl Flushes {
    pub(super) fn new(provider: SdkTracerProvider) -> Self {
        Self {
            provider,
            alone: Arc::default(),
            due: Arc::default(),
            begun: AtomicUsize::new(0),
        }
    }

    pub(super) fn provider(&self) -> &SdkTracerProvider {
        &self.provider
    }

    /// Flushes, unless an earlier flush should have ended by now: for an agent that is away there is one wait, and not
    /// one after each response. Concurrent invocations that wait for the same flush share the one after it.
    pub(super) async fn flush(&self, within: Duration) {
        let due = *lock(&self.due);
        if due.is_some_and(|due| due <= Instant::now()) {
            log::debug!("the tracer provider is not flushed: an earlier flush goes on");
            return;
        }
        // A read-modify-write, so that the next flush sees every span that has ended before.
        let begun = self.begun.fetch_add(0, Ordering::AcqRel);
        self.flush_in_time(within, Some(begun)).await;
    }

    /// Flushes after any flush that is running. Returns whether the flush has ended well and in time.
    pub(super) async fn flush_last(&self, within: Duration) -> bool {
        self.flush_in_time(within, None).await
    }

    async fn flush_in_time(&self, within: Duration, begun: Option<usize>) -> bool {
        let due = Instant::now().checked_add(within);
        let flush = timer::within(within, self.flush_alone(due, begun)).await;
        flush.unwrap_or_else(|_| {
            log::warn!("the tracer provider's flush took longer than {within:?}; it goes on");
            false
        })
    }

    /// A flush blocks, so it has a thread, on which it goes on if nobody waits for it any more. The thread isn't one of
    /// tokio's, for whose end the runtime would wait. No flush is needed if more than `begun` have begun by now: they
    /// have every span that had ended before.
    async fn flush_alone(&self, due: Option<Instant>, begun: Option<usize>) -> bool {
        let alone = self.alone.clone().lock_owned().await;
        if begun.is_some_and(|begun| self.begun.load(Ordering::Acquire) > begun) {
            return true;
        }
        self.begun.fetch_add(1, Ordering::AcqRel);
        let turn = Turn::begin(&self.due, due, alone);
        let provider = self.provider.clone();
        let runtime = Handle::try_current();
        let (ended, end) = oneshot::channel();
        let flush = move || {
            // An exporter may look for the runtime.
            let _entered = runtime.as_ref().map(Handle::enter);
            let result = provider.force_flush();
            drop(turn);
            // Nobody may be waiting any more.
            let _ = ended.send(result);
        };
        let thread = thread::Builder::new().name("dd-trace-flush".to_owned());
        if let Err(error) = thread.spawn(flush) {
            log::warn!("the tracer provider was not flushed: {error}");
            return false;
        }
        match end.await {
            Ok(Ok(())) => return true,
            Ok(Err(error)) => log::warn!("the tracer provider could not flush: {error}"),
            Err(_) => log::warn!("the tracer provider's flush panicked"),
        }
        false
    }
}

#[cfg(test)]
mod tests;
