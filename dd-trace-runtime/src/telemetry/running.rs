//! The running invocations of this process, and the span of each.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use opentelemetry::Context;

#[cfg(feature = "dsm")]
use super::data_streams::Flow;
use crate::sync::lock;

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// A value in the OpenTelemetry context of an invocation; it is dropped with the last copy of that context.
#[derive(Debug)]
pub(crate) struct Running {
    /// The context with the invocation's span; `None` before it starts and after it has ended.
    span: Mutex<Option<Context>>,
    #[cfg(feature = "dsm")]
    flow: Mutex<Flow>,
}

impl Running {
    pub(crate) fn start() -> Arc<Self> {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            span: Mutex::default(),
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
        self.lock().clone()
    }

    /// Sets the span, until the returned guard is dropped.
    pub(super) fn enter(self: &Arc<Self>, context: Context) -> Entered {
        *self.lock() = Some(context);
        Entered(Arc::clone(self))
    }

    fn lock(&self) -> MutexGuard<'_, Option<Context>> {
        lock(&self.span)
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
        let context = self.0.lock().take();
        // Dropped after the lock is released, as this may be the last copy.
        drop(context);
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
        let entered = Telemetry::enter(&context);
        let running = Telemetry::running_in(&context).unwrap();
        assert!(running.span().is_some());
        drop(entered);
        assert!(running.span().is_none());
        drop((context, running));
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
