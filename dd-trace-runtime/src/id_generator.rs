//! Ids as Datadog's tracers make them.

use std::cell::Cell;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, RandomIdGenerator};

/// A trace id has the seconds since 1970 in its first 32 bits, 32 zero bits, and 64 random ones, so
/// that its lower half is a whole id to a library that knows only 64 bits.
#[derive(Debug, Default)]
pub(crate) struct DatadogIdGenerator(RandomIdGenerator);

thread_local! {
    static CONTINUED: Cell<Option<u128>> = const { Cell::new(None) };
}

/// Runs `start`; a root that starts in it has this trace id.
///
/// A trace that a synthetic test starts has an id and no parent span, which OpenTelemetry cannot say:
/// without a parent it asks for a new id.
pub(crate) fn continuing<R>(trace_id: u128, start: impl FnOnce() -> R) -> R {
    struct Clear;
    impl Drop for Clear {
        fn drop(&mut self) {
            CONTINUED.set(None);
        }
    }
    CONTINUED.set(Some(trace_id));
    let _clear = Clear;
    start()
}

impl IdGenerator for DatadogIdGenerator {
    fn new_trace_id(&self) -> TraceId {
        if let Some(continued) = CONTINUED.take() {
            return TraceId::from(continued);
        }
        let seconds = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs() & u64::from(u32::MAX));
        let low = u64::from_be_bytes(self.new_span_id().to_bytes());
        TraceId::from((u128::from(seconds) << 96) | u128::from(low))
    }

    /// Zero is not an id.
    fn new_span_id(&self) -> SpanId {
        loop {
            let id = self.0.new_span_id();
            if id != SpanId::INVALID {
                return id;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_continued_trace_keeps_its_id_for_one_root() {
        let ids = DatadogIdGenerator::default();
        let root = continuing(7, || ids.new_trace_id());
        assert_eq!(root, TraceId::from(7));
        assert_ne!(ids.new_trace_id(), TraceId::from(7));
        continuing(7, || ());
        assert_ne!(ids.new_trace_id(), TraceId::from(7));
    }

    #[test]
    fn a_trace_id_has_the_time_zeros_and_a_random_half() {
        let ids = DatadogIdGenerator::default();
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
