//! Whether an invocation is the first of its process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// A process that waited longer than this for its first event was started ahead of it
/// (`spans.md` 1.3).
const PROACTIVE_AFTER: Duration = Duration::from_secs(10);

/// What the `aws.lambda` span says of its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// The caller waited for the process to start.
    Cold,
    /// The first invocation of a process that Lambda started before there was an event.
    Proactive,
    /// The process has served an invocation before.
    Warm,
}

/// Knows when the process was initialised and whether it has served an invocation.
#[derive(Debug)]
pub(crate) struct ColdStart {
    initialised: Instant,
    served: AtomicBool,
}

impl ColdStart {
    pub(crate) fn new(initialised: Instant) -> Self {
        Self {
            initialised,
            served: AtomicBool::new(false),
        }
    }

    /// To be asked once an invocation.
    pub(crate) fn next(&self, now: Instant) -> Start {
        if self.served.swap(true, Ordering::Relaxed) {
            Start::Warm
        } else if now.saturating_duration_since(self.initialised) > PROACTIVE_AFTER {
            Start::Proactive
        } else {
            Start::Cold
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_invocation_is_cold_and_the_next_is_warm() {
        let now = Instant::now();
        let cold_start = ColdStart::new(now);
        assert_eq!(cold_start.next(now + PROACTIVE_AFTER), Start::Cold);
        assert_eq!(cold_start.next(now + PROACTIVE_AFTER), Start::Warm);
    }

    #[test]
    fn a_first_invocation_more_than_ten_seconds_after_the_start_is_proactive() {
        let now = Instant::now();
        let cold_start = ColdStart::new(now);
        let late = now + PROACTIVE_AFTER + Duration::from_millis(1);
        assert_eq!(cold_start.next(late), Start::Proactive);
        assert_eq!(cold_start.next(late), Start::Warm);
    }
}
