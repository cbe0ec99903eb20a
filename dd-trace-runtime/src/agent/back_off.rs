//! When to try again after the agent could not be reached.

use std::time::Duration;

use tokio::time::Instant;

use super::Failure;

/// The pauses after a failure; each is twice as long as the one before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pauses {
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
}

/// While the agent can't be reached: an attempt costs microseconds.
pub(crate) const UNREACHABLE: Pauses = Pauses {
    first: Duration::from_millis(5),
    longest: Duration::from_secs(1),
};
/// While it doesn't answer: an attempt costs all the time that a send may take.
pub(crate) const SILENT: Pauses = Pauses {
    first: Duration::from_secs(1),
    longest: Duration::from_secs(8),
};

/// Whether the agent takes what it is sent, and the pauses while it can't be reached, each twice as long as the one
/// before.
#[derive(Debug, Default)]
pub(crate) struct BackOff {
    /// The last send failed, which has been reported.
    outage: bool,
    pause: Option<Pause>,
}

#[derive(Debug, Clone, Copy)]
struct Pause {
    until: Instant,
    length: Duration,
}

impl BackOff {
    /// Whether the last send failed.
    pub(crate) fn is_outage(&self) -> bool {
        self.outage
    }

    pub(crate) fn is_waiting(&self, now: Instant) -> bool {
        self.pause.is_some_and(|pause| now < pause.until)
    }

    /// Notes that the agent was reached and didn't take what it was sent. Returns whether an outage begins.
    ///
    /// There is no pause, as the agent's next answer may be a different one.
    pub(crate) fn rejected(&mut self) -> bool {
        self.pause = None;
        !std::mem::replace(&mut self.outage, true)
    }

    /// Notes that an attempt, begun at `started`, failed. Returns whether an outage begins.
    pub(crate) fn failed(&mut self, failure: &Failure, started: Instant, now: Instant) -> bool {
        match failure.pauses() {
            None => self.rejected(),
            Some(pauses) => self.unanswered(pauses, started, now),
        }
    }

    /// Notes that an attempt, begun at `started`, had no answer. Returns whether an outage begins.
    fn unanswered(&mut self, pauses: Pauses, started: Instant, now: Instant) -> bool {
        self.pause(pauses, started, now);
        !std::mem::replace(&mut self.outage, true)
    }

    /// Begins a pause after an attempt that began at `started`.
    ///
    /// Attempts that ran side by side are one failure, not several: only one that began after the
    /// last pause makes the next pause longer.
    pub(crate) fn pause(&mut self, pauses: Pauses, started: Instant, now: Instant) {
        let length = match self.pause {
            None => pauses.first,
            Some(pause) if started < pause.until => return,
            Some(pause) => pauses.longest.min(pauses.first.max(pause.length * 2)),
        };
        self.pause = Some(Pause {
            until: now + length,
            length,
        });
    }

    /// Notes that the agent takes what it is sent. Returns whether an outage ends.
    pub(crate) fn answered(&mut self) -> bool {
        std::mem::take(self).outage
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_from_milliseconds_up_to_a_second() {
        let mut back_off = BackOff::default();
        let mut now = Instant::now();
        let pauses = [5, 10, 20, 40, 80, 160, 320, 640, 1_000, 1_000];
        for (attempt, milliseconds) in pauses.into_iter().enumerate() {
            assert!(!back_off.is_waiting(now));
            assert_eq!(back_off.unanswered(UNREACHABLE, now, now), attempt == 0);
            let pause = Duration::from_millis(milliseconds);
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
        back_off.unanswered(UNREACHABLE, now, now);
        back_off.unanswered(
            UNREACHABLE,
            now + UNREACHABLE.first,
            now + UNREACHABLE.first,
        );
        assert!(back_off.answered());
        assert!(!back_off.is_waiting(now));
        assert!(back_off.unanswered(UNREACHABLE, now, now));
        assert!(!back_off.is_waiting(now + UNREACHABLE.first));
    }

    #[test]
    fn an_answer_that_takes_nothing_is_an_outage_without_a_pause() {
        let mut back_off = BackOff::default();
        let now = Instant::now();
        assert!(back_off.rejected());
        assert!(!back_off.rejected());
        assert!(!back_off.is_waiting(now));
        assert!(!back_off.unanswered(UNREACHABLE, now, now));
        assert!(back_off.is_waiting(now));
        assert!(!back_off.rejected());
        assert!(!back_off.is_waiting(now), "it was reached");
        assert!(back_off.answered());
    }

    #[test]
    fn attempts_side_by_side_count_as_one_failure() {
        let mut back_off = BackOff::default();
        let now = Instant::now();
        assert!(back_off.unanswered(UNREACHABLE, now, now));
        assert!(!back_off.unanswered(UNREACHABLE, now, now + UNREACHABLE.first / 2));
        assert!(!back_off.is_waiting(now + UNREACHABLE.first));
    }

    #[test]
    fn an_agent_that_is_silent_is_left_alone_for_longer() {
        let mut back_off = BackOff::default();
        let mut now = Instant::now();
        back_off.unanswered(UNREACHABLE, now, now);
        for seconds in [1, 2, 4, 8, 8] {
            now += UNREACHABLE.longest;
            back_off.unanswered(SILENT, now, now);
            let pause = Duration::from_secs(seconds);
            assert!(back_off.is_waiting(now + pause - Duration::from_millis(1)));
            now += pause;
            assert!(!back_off.is_waiting(now));
        }
    }
}
