//! Ids as Datadog's tracers make them.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanId, TraceId};

use crate::config::Config;
use crate::random::Random;

/// A trace id has the seconds since 1970 in its first 32 bits, 32 zero bits, and 64 random ones, so
/// that its lower half is a whole id to a library that knows only 64 bits.
///
/// A clone goes on from the same state.
#[derive(Debug, Clone)]
pub(crate) struct DatadogIdGenerator {
    random: Random,
    /// `DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED`; else the upper half is zero.
    has_128_bits: bool,
}

impl DatadogIdGenerator {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            random: Random::from_system(),
            has_128_bits: config.trace_ids_of_128_bits,
        }
    }

    /// From now on, makes ids that no copy of this process makes.
    pub(crate) fn reseed(&self) {
        self.random.reseed();
    }

    /// The generator in the copy of a process.
    #[cfg(test)]
    pub(crate) fn copied(&self) -> Self {
        Self {
            random: self.random.copied(),
            ..*self
        }
    }
}

impl DatadogIdGenerator {
    pub(crate) fn new_trace_id(&self) -> TraceId {
        let low = u64::from_be_bytes(self.new_span_id().to_bytes());
        let high = if self.has_128_bits {
            seconds() << 32
        } else {
            0
        };
        TraceId::from((u128::from(high) << 64) | u128::from(low))
    }

    /// Zero is not an id.
    pub(crate) fn new_span_id(&self) -> SpanId {
        loop {
            let id = SpanId::from(self.random.u64());
            if id != SpanId::INVALID {
                return id;
            }
        }
    }
}

/// Seconds since 1970, in 32 bits.
fn seconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs() & u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn generator(vars: &[(&str, &str)]) -> DatadogIdGenerator {
        DatadogIdGenerator::new(&Config::from_vars(|name| {
            vars.iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        }))
    }

    #[test]
    fn a_trace_id_has_64_bits_where_that_is_asked_for() {
        for (value, is_wide) in [("false", false), ("0", false), ("true", true), ("", true)] {
            let ids = generator(&[("DD_TRACE_128_BIT_TRACEID_GENERATION_ENABLED", value)]);
            let id = u128::from_be_bytes(ids.new_trace_id().to_bytes());
            assert_ne!(id & u128::from(u64::MAX), 0);
            assert_eq!(id >> 64 != 0, is_wide, "{value}");
        }
    }

    #[test]
    fn copies_of_a_snapshot_make_different_ids_once_they_are_restored() {
        let snapshot = generator(&[]);
        let copies = [snapshot.copied(), snapshot.copied()];
        let span_ids = || {
            let [one, other] = copies.each_ref().map(DatadogIdGenerator::new_span_id);
            one == other
        };
        assert!(span_ids(), "a copy that isn't restored goes on alike");
        copies.iter().for_each(DatadogIdGenerator::reseed);
        assert!(!span_ids());
    }

    #[test]
    fn a_trace_id_has_the_time_zeros_and_a_random_half() {
        let ids = generator(&[]);
        let id = u128::from_be_bytes(ids.new_trace_id().to_bytes());
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_secs();
        assert!(now.abs_diff(u64::try_from(id >> 96).unwrap()) <= 1);
        assert_eq!((id >> 64) & u128::from(u32::MAX), 0);
        assert_ne!(id, u128::from_be_bytes(ids.new_trace_id().to_bytes()));
    }
}
