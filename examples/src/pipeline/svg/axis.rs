//! The time axis.

use emulator::{Span, Traces};

/// The most lines of the grid.
const MOST_TICKS: i64 = 8;

/// Maps nanoseconds to horizontal positions.
pub(super) struct Axis {
    start: i64,
    duration: i64,
    left: f64,
    right: f64,
}

/// A line of the grid.
pub(super) struct Tick {
    pub(super) x: f64,
    pub(super) label: String,
}

impl Axis {
    /// One axis for all traces, so that simultaneous spans are one above the other.
    pub(super) fn new(traces: &Traces, left: f64, right: f64) -> Self {
        let spans = || traces.as_slice().iter().flat_map(emulator::Trace::spans);
        let start = spans().map(|span| span.start).min().unwrap_or(0);
        let end = spans().map(Span::end).max().unwrap_or(0);
        Self {
            start,
            duration: end.saturating_sub(start).max(1),
            left,
            right,
        }
    }

    pub(super) fn x(&self, time: i64) -> f64 {
        self.at(time.saturating_sub(self.start))
    }

    fn at(&self, offset: i64) -> f64 {
        self.left + (self.right - self.left) * float(offset) / float(self.duration)
    }

    /// Lines at round times: the smallest step of 1, 2 or 5 times a power of ten that gives few enough lines.
    pub(super) fn ticks(&self) -> Vec<Tick> {
        let step = (0..18)
            .flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)))
            .find(|step| self.duration / step < MOST_TICKS)
            .unwrap_or(i64::MAX);
        (0..=self.duration / step)
            .map(|index| Tick {
                x: self.at(index * step),
                label: time(index * step),
            })
            .collect()
    }
}

/// A time in the unit that makes it shortest.
pub(super) fn time(nanos: i64) -> String {
    let (unit, name) = match nanos.abs() {
        0 => return "0".to_owned(),
        1..1_000 => (1, "ns"),
        1_000..1_000_000 => (1_000, "µs"),
        1_000_000..1_000_000_000 => (1_000_000, "ms"),
        _ => (1_000_000_000, "s"),
    };
    let value = float(nanos) / float(unit);
    let text = format!("{value:.2}");
    format!(
        "{} {name}",
        text.trim_end_matches('0').trim_end_matches('.')
    )
}

/// The precision that a float loses is far below that of a picture.
#[expect(
    clippy::cast_precision_loss,
    reason = "52 bits are more than a picture shows"
)]
fn float(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(duration: i64) -> Vec<String> {
        let axis = Axis {
            start: 0,
            duration,
            left: 0.0,
            right: 100.0,
        };
        axis.ticks().into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn the_grid_is_at_round_times() {
        assert_eq!(
            labels(40_000_000),
            ["0", "10 ms", "20 ms", "30 ms", "40 ms"]
        );
        assert_eq!(
            labels(3_500),
            [
                "0", "500 ns", "1 µs", "1.5 µs", "2 µs", "2.5 µs", "3 µs", "3.5 µs"
            ]
        );
        assert_eq!(labels(1), ["0", "1 ns"]);
    }

    #[test]
    fn times_are_short() {
        assert_eq!(time(1_234_567), "1.23 ms");
        assert_eq!(time(2_000_000_000), "2 s");
        assert_eq!(time(120_000), "120 µs");
    }
}
