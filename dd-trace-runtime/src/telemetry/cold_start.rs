//! Whether an invocation is the first of its process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use super::process_stat::ProcessStat;
use crate::sync::lock;

/// A process that waited longer than this for its first event was started ahead of it.
const PROACTIVE_AFTER: Duration = Duration::from_secs(10);

/// What the `aws.lambda` span says about its process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Start {
    /// The caller waited for the process to start.
    Cold,
    /// The first invocation of a process that Lambda started before there was an event.
    Proactive,
    /// The process has served an invocation before.
    Warm,
}

/// Knows when the process was initialised, and whether it has served an invocation.
///
/// If a process serves invocations concurrently (managed instances), one of them is the first.
#[derive(Debug)]
pub(crate) struct ColdStart {
    initialised: Mutex<Instant>,
    /// When the process was started; `None` if the system doesn't say.
    started: OnceLock<Option<Instant>>,
    served: AtomicBool,
}

impl ColdStart {
    pub(crate) fn new(initialised: Instant) -> Self {
        Self {
            initialised: Mutex::new(initialised),
            started: OnceLock::new(),
            served: AtomicBool::new(false),
        }
    }

    /// Counts from the restore of a snapshot, however old the snapshot is.
    pub(crate) fn restart(&self, restored: Instant) {
        *lock(&self.initialised) = restored;
        self.served.store(false, Ordering::Relaxed);
    }

    /// Reads the start of the process from what was read about it anyway, before an invocation needs it.
    #[cfg(unix)]
    pub(crate) fn note_start(&self, stat: Option<ProcessStat>) {
        self.started
            .get_or_init(|| stat.and_then(ProcessStat::started));
    }

    /// The time since the process was started, or since it was initialised if the system says no more.
    pub(crate) fn age(&self) -> Duration {
        let started = self.started.get_or_init(|| ProcessStat::read()?.started());
        started
            .unwrap_or_else(|| *lock(&self.initialised))
            .elapsed()
    }

    /// Called once for each invocation.
    pub(crate) fn next(&self, now: Instant) -> Start {
        if self.served.swap(true, Ordering::Relaxed) {
            Start::Warm
        } else if now.saturating_duration_since(*lock(&self.initialised)) > PROACTIVE_AFTER {
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

    #[test]
    fn a_restored_snapshot_starts_when_it_is_restored() {
        let now = Instant::now();
        let cold_start = ColdStart::new(now);
        let restored = now + Duration::from_secs(3600);
        cold_start.restart(restored);
        assert_eq!(cold_start.next(restored + PROACTIVE_AFTER), Start::Cold);
        cold_start.restart(restored);
        let late = restored + PROACTIVE_AFTER + Duration::from_millis(1);
        assert_eq!(cold_start.next(late), Start::Proactive);
    }

    #[test]
    fn one_of_many_invocations_at_a_time_is_the_first() {
        let (now, cold_start) = (Instant::now(), ColdStart::new(Instant::now()));
        let starts = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8)
                .map(|_| scope.spawn(|| cold_start.next(now)))
                .collect();
            starts
                .into_iter()
                .map(|start| start.join().unwrap())
                .collect::<Vec<_>>()
        });
        assert_eq!(
            starts.iter().filter(|start| **start == Start::Cold).count(),
            1
        );
        assert_eq!(
            starts.iter().filter(|start| **start == Start::Warm).count(),
            7
        );
    }
}
