//! Whether an invocation is running in this process.

use std::sync::atomic::{AtomicUsize, Ordering};

static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// Stands in the context of an invocation, and goes with the last copy of it.
#[derive(Debug)]
pub(crate) struct Running(());

impl Running {
    pub(crate) fn start() -> Self {
        RUNNING.fetch_add(1, Ordering::Relaxed);
        Self(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        RUNNING.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Whether one is running anywhere in the process: a task without a context can't know of which it is.
pub(crate) fn is_any() -> bool {
    RUNNING.load(Ordering::Relaxed) > 0
}
