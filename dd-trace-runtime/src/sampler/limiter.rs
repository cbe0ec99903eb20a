//! How much per second the rules may keep.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::sync::lock;

/// The default of `DD_TRACE_RATE_LIMIT`, in traces per second.
pub(super) const DEFAULT_LIMIT: u32 = 100;

const WINDOW: Duration = Duration::from_secs(1);

/// A bucket of tokens that fills in a second.
#[derive(Debug)]
pub(super) struct Limiter {
    /// Traces or spans per second; `None` means no limit.
    limit: Option<f64>,
    state: Mutex<Option<State>>,
}

/// The limiter's answer for one trace or span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Admission {
    pub(super) is_admitted: bool,
    /// The share of recent traces that were admitted, including this one: the metric `_dd.limit_psr`.
    pub(super) effective_rate: f64,
}

#[derive(Debug)]
struct State {
    tokens: f64,
    filled: Instant,
    window: Window,
    /// The share that the previous window admitted.
    previous: Option<f64>,
}

#[derive(Debug)]
struct Window {
    start: Instant,
    admitted: u32,
    asked: u32,
}

impl Limiter {
    pub(super) fn new(limit: Option<f64>) -> Self {
        Self {
            limit,
            state: Mutex::default(),
        }
    }

    /// Takes a token, if there is one.
    pub(super) fn admit(&self, now: Instant) -> Admission {
        let Some(limit) = self.limit else {
            return Admission {
                is_admitted: true,
                effective_rate: 1.0,
            };
        };
        let mut state = lock(&self.state);
        let state = state.get_or_insert_with(|| State::full(limit, now));
        let is_admitted = state.take(limit, now);
        Admission {
            is_admitted,
            effective_rate: state.count(is_admitted, now),
        }
    }
}

impl State {
    fn full(limit: f64, now: Instant) -> Self {
        Self {
            tokens: limit.ceil(),
            filled: now,
            window: Window::new(now),
            previous: None,
        }
    }

    fn take(&mut self, limit: f64, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        // A limit below one still fills the bucket with one token, slowly.
        self.tokens = limit.ceil().min(self.tokens + passed * limit);
        self.filled = self.filled.max(now);
        let has_token = self.tokens >= 1.0;
        if has_token {
            self.tokens -= 1.0;
        }
        has_token
    }

    /// The effective rate is the mean of this window and the one before, as the official tracers for
    /// Python and Rust have it.
    fn count(&mut self, is_admitted: bool, now: Instant) -> f64 {
        if now.saturating_duration_since(self.window.start) >= WINDOW {
            self.previous = Some(self.window.rate());
            self.window = Window::new(now);
        }
        self.window.asked = self.window.asked.saturating_add(1);
        self.window.admitted = self.window.admitted.saturating_add(u32::from(is_admitted));
        let rate = self.window.rate();
        self.previous
            .map_or(rate, |previous| f64::midpoint(rate, previous))
    }
}

impl Window {
    fn new(start: Instant) -> Self {
        Self {
            start,
            admitted: 0,
            asked: 0,
        }
    }

    fn rate(&self) -> f64 {
        f64::from(self.admitted) / f64::from(self.asked.max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(limiter: &Limiter, now: Instant, traces: usize) -> usize {
        let admissions = (0..traces).map(|_| limiter.admit(now));
        admissions.filter(|admission| admission.is_admitted).count()
    }

    #[test]
    fn a_second_admits_as_many_traces_as_the_limit() {
        let (limiter, now) = (Limiter::new(Some(3.0)), Instant::now());
        assert_eq!(admitted(&limiter, now, 10), 3);
        assert_eq!(admitted(&limiter, now + WINDOW, 10), 3);
        assert_eq!(admitted(&limiter, now + 9 * WINDOW, 10), 3, "no hoard");
    }

    #[test]
    fn tokens_come_back_little_by_little() {
        let (limiter, now) = (Limiter::new(Some(10.0)), Instant::now());
        assert_eq!(admitted(&limiter, now, 20), 10);
        assert_eq!(admitted(&limiter, now + WINDOW / 20, 1), 0);
        assert_eq!(admitted(&limiter, now + WINDOW / 5, 20), 2);
    }

    #[test]
    fn a_limit_below_one_admits_one_in_several_seconds() {
        let (limiter, now) = (Limiter::new(Some(0.5)), Instant::now());
        let admitted = |seconds| admitted(&limiter, now + seconds * WINDOW, 9);
        assert_eq!([0, 1, 2, 3, 4].map(admitted), [1, 0, 1, 0, 1]);
    }

    #[test]
    fn zero_admits_nothing_and_no_limit_everything() {
        let now = Instant::now();
        assert_eq!(admitted(&Limiter::new(Some(0.0)), now, 9), 0);
        assert_eq!(admitted(&Limiter::new(None), now, 9), 9);
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_tokens() {
        let (limiter, earlier) = (Limiter::new(Some(1.0)), Instant::now());
        let now = earlier + WINDOW;
        assert_eq!(admitted(&limiter, now, 1), 1);
        assert_eq!(admitted(&limiter, earlier, 1), 0);
        assert_eq!(admitted(&limiter, now + WINDOW / 2, 1), 0);
        assert_eq!(admitted(&limiter, now + WINDOW, 1), 1);
    }

    /// As `RateLimiter` of the Python tracer 4.16.0 has it for the same calls.
    #[test]
    fn the_effective_rate_is_the_mean_of_this_second_and_the_one_before() {
        let (limiter, now) = (Limiter::new(Some(2.0)), Instant::now());
        let rates = |at| {
            let rate = |_| limiter.admit(at).effective_rate;
            (0..4).map(rate).collect::<Vec<_>>()
        };
        assert_eq!(rates(now), [1.0, 1.0, 2.0 / 3.0, 0.5]);
        assert_eq!(
            rates(now + WINDOW),
            [0.75, 0.75, f64::midpoint(2.0 / 3.0, 0.5), 0.5]
        );
    }
}
