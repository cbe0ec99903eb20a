//! The other producers of a batch, to which the function's span is linked.

use crate::context::trace_context::TraceContext;

/// How many records after the parent's are read, with or without a trace context: as many as a span may have
/// links in OpenTelemetry.
const MAX_RECORDS: usize = 128;

/// How many records of a Kafka batch are looked at for the parent. Of other batches the first record alone decides.
pub(super) const MAX_SEARCHED: usize = 128;

/// The trace contexts of further records, in their order, each once and without the parent's. No Datadog
/// library shows these producers.
pub(super) fn others(
    parent: Option<&TraceContext>,
    records: impl Iterator<Item = Option<TraceContext>>,
) -> Vec<TraceContext> {
    let mut others: Vec<TraceContext> = Vec::new();
    for context in records.take(MAX_RECORDS).flatten() {
        let is_same = |known: &TraceContext| known.is_same_span(&context);
        if !parent.is_some_and(is_same) && !others.iter().any(is_same) {
            others.push(context);
        }
    }
    others
}
