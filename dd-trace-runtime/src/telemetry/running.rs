//! The running invocations of this process, and the span of each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use opentelemetry::Context;

#[cfg(feature = "dsm")]
use super::data_streams::Flow;
use crate::extraction::{Producer, Producers, Unread};
use crate::sync::lock;

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A value in the OpenTelemetry context of an invocation; it is dropped with the last copy of that context.
#[derive(Debug)]
pub(crate) struct Running {
    /// `None` before the invocation's span starts and after it has ended.
    open: Mutex<Option<Open>>,
    #[cfg(feature = "dsm")]
    flow: Mutex<Flow>,
}

/// What belongs to an open span.
#[derive(Debug)]
struct Open {
    /// The context with the span.
    context: Context,
    /// Of the records of the event.
    producers: Producers,
}

impl Running {
    pub(crate) fn start() -> Arc<Self> {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            open: Mutex::default(),
            #[cfg(feature = "dsm")]
            flow: Mutex::default(),
        })
    }

    #[cfg(feature = "dsm")]
    pub(super) fn flow(&self) -> MutexGuard<'_, Flow> {
        lock(&self.flow)
    }

    /// The context with the invocation's span, while it is open.
    pub(crate) fn span(&self) -> Option<Context> {
        self.lock().as_ref().map(|open| open.context.clone())
    }

    /// The producer of a record of the invocation's event, as extraction has found it.
    pub(crate) fn producer_of(&self, record: &[u8]) -> Result<Option<Producer>, Unread> {
        let open = self.lock();
        let open = open.as_ref().ok_or(Unread)?;
        open.producers.of_record(record)
    }

    /// Sets the span, until the returned guard is dropped.
    pub(super) fn enter(self: &Arc<Self>, context: Context, producers: Producers) -> Entered {
        *self.lock() = Some(Open { context, producers });
        Entered(Arc::clone(self))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        lock(&self.open)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Clears the span of an invocation when it is dropped. The span's context contains the [`Running`] that
/// contains that context, so that without this neither would ever be freed.
#[derive(Debug)]
#[must_use]
pub(crate) struct Entered(Arc<Running>);

impl Drop for Entered {
    fn drop(&mut self) {
        let open = self.0.lock().take();
        // Dropped after the lock is released, as this may be the last copy of the context.
        drop(open);
    }
}

/// Whether any invocation is running in this process. A task without a context can't tell which one it belongs
/// to.
pub(crate) fn is_any() -> bool {
    RUNNING.load(Ordering::Relaxed) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::telemetry::Telemetry;

    #[test]
    fn what_an_invocation_s_context_holds_goes_with_the_invocation() {
        let telemetry = Telemetry::new(Config::from_vars(|_| None));
        let held = Arc::new(());
        let context = telemetry
            .start_invocation(None)
            .with_value(Arc::clone(&held));
        let entered = Telemetry::enter(&context, Producers::default());
        let running = Telemetry::running_in(&context).unwrap();
        assert!(running.span().is_some());
        drop(entered);
        assert!(running.span().is_none());
        drop((context, running));
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
