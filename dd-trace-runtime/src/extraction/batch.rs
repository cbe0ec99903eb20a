//! The other producers of a batch, to which the function's span is linked.

use crate::context::trace_context::TraceContext;

/// How many records after the parent's are read, with or without a trace context: as many as a span may have
/// links in OpenTelemetry.
pub(super) const MAX_RECORDS: usize = 128;

/// How many records of a Kafka batch are looked at for the parent. Of other batches the first record alone decides.
pub(super) const MAX_SEARCHED: usize = 128;

/// The span that produced a record: what a link to it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Producer {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    pub(crate) sampled: bool,
}

impl Producer {
    pub(crate) fn of(context: &TraceContext) -> Self {
        let priority = context.sampling_priority();
        Self {
            trace_id: context.trace_id(),
            span_id: context.parent_id(),
            sampled: priority.is_some_and(|priority| priority > 0),
        }
    }

    fn is_same_span(&self, other: &Self) -> bool {
        (self.span_id, self.trace_id) == (other.span_id, other.trace_id)
    }
}

/// The producers of further records, in their order, each once and without the parent. No Datadog library shows
/// them.
pub(super) fn others(
    parent: Option<&TraceContext>,
    records: impl Iterator<Item = Option<TraceContext>>,
) -> Vec<Producer> {
    let parent = parent.map(Producer::of);
    let mut others: Vec<Producer> = Vec::new();
    for context in records.take(MAX_RECORDS).flatten() {
        let producer = Producer::of(&context);
        let is_same = |known: &Producer| known.is_same_span(&producer);
        if !parent.as_ref().is_some_and(is_same) && !others.iter().any(is_same) {
            others.push(producer);
        }
    }
    others
}
