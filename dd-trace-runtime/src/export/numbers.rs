//! Ids and times as the agent counts them.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::TraceId;

use crate::digits;

/// Nanoseconds since 1970.
pub(super) fn nanoseconds(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}

/// The upper and the lower 64 bits: a span carries them in different places.
pub(super) fn halves(id: TraceId) -> (u64, u64) {
    digits::halves(u128::from_be_bytes(id.to_bytes()))
}
