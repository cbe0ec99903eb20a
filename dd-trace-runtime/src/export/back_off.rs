//! When to try again after the agent could not be reached.

use std::time::Duration;

use tokio::time::Instant;

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// The pauses of one outage, each twice as long as the one before.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    outage: Option<Outage>,
}

#[derive(Debug, Clone, Copy)]
struct Outage {
    retry_at: Instant,
    pause: Duration,
}

impl BackOff {
    pub(super) fn is_waiting(&self, now: Instant) -> bool {
        self.outage.is_some_and(|outage| now < outage.retry_at)
    }

    /// An attempt that began at `started` has failed; returns whether an outage begins with it.
    ///
    /// Attempts that ran side by side are one failure, not several: only one that began after the
    /// last pause makes the next pause longer.
    pub(super) fn failed(&mut self, started: Instant, now: Instant) -> bool {
        let pause = match self.outage {
            None => FIRST,
            Some(outage) if started < outage.retry_at => return false,
            Some(outage) => LONGEST.min(outage.pause * 2),
        };
        let begins = self.outage.is_none();
        self.outage = Some(Outage {
            retry_at: now + pause,
            pause,
        });
        begins
    }

    /// The agent has answered; returns whether an outage ends with it.
    pub(super) fn answered(&mut self) -> bool {
        self.outage.take().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_half_a_minute() {
        let mut back_off = BackOff::default();
        let mut now = Instant::now();
        for (attempt, seconds) in [1, 2, 4, 8, 16, 30, 30].into_iter().enumerate() {
            assert!(!back_off.is_waiting(now));
            assert_eq!(back_off.failed(now, now), attempt == 0);
            let pause = Duration::from_secs(seconds);
            assert!(back_off.is_waiting(now + pause - Duration::from_millis(1)));
            now += pause;
        }
        assert!(!back_off.is_waiting(now));
    }

    #[test]
    fn an_answer_ends_the_outage_and_the_next_one_starts_small() {
        let mut back_off = BackOff::default();
        let now = Instant::now();
        assert!(!back_off.answered());
        back_off.failed(now, now);
        back_off.failed(now + FIRST, now + FIRST);
        assert!(back_off.answered());
        assert!(!back_off.is_waiting(now));
        assert!(back_off.failed(now, now));
        assert!(!back_off.is_waiting(now + FIRST));
    }

    #[test]
    fn attempts_side_by_side_count_as_one_failure() {
        let mut back_off = BackOff::default();
        let now = Instant::now();
        assert!(back_off.failed(now, now));
        assert!(!back_off.failed(now, now + Duration::from_millis(5)));
        assert!(!back_off.is_waiting(now + FIRST));
    }
}
