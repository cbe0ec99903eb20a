//! An invocation that is running: that there is one in this process, and its span.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use opentelemetry::Context;

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// Stands in the context of an invocation, and goes with the last copy of it.
#[derive(Debug)]
pub(crate) struct Running {
    /// The context with the invocation's span; `None` before it starts and after it has ended.
    span: Mutex<Option<Context>>,
}

impl Running {
    pub(crate) fn start() -> Arc<Self> {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            span: Mutex::default(),
        })
    }

    /// The context with the invocation's span, while it is open.
    pub(crate) fn span(&self) -> Option<Context> {
        self.lock().clone()
    }

    /// Puts the span of `context` within reach, as long as the answer is kept.
    pub(super) fn enter(self: &Arc<Self>, context: Context) -> Entered {
        *self.lock() = Some(context);
        Entered(Arc::clone(self))
    }

    /// A panic elsewhere leaves the value whole.
    fn lock(&self) -> MutexGuard<'_, Option<Context>> {
        self.span.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Takes the span of an invocation out of reach when it is dropped. The context of the span holds what the span
/// is found by, which would otherwise keep itself alive.
#[derive(Debug)]
#[must_use]
pub(crate) struct Entered(Arc<Running>);

impl Drop for Entered {
    fn drop(&mut self) {
        let context = self.0.lock().take();
        // Outside of the lock: this may be the last copy of it.
        drop(context);
    }
}

/// Whether one is running anywhere in the process: a task without a context can't know of which it is.
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
        let context = telemetry.attach_running_to(&Context::new().with_value(Arc::clone(&held)));
        let entered = Telemetry::enter(&context);
        let running = Telemetry::running_in(&context).unwrap();
        assert!(running.span().is_some());
        drop(entered);
        assert!(running.span().is_none());
        drop((context, running));
        assert_eq!(Arc::strong_count(&held), 1);
    }
}
