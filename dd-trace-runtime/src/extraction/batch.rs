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
    let mut others = Others::default();
    for context in records.take(MAX_RECORDS).flatten() {
        let producer = Producer::of(&context);
        if !parent.is_some_and(|parent| parent.is_same_span(&producer)) {
            others.add(producer);
        }
    }
    others.producers
}

/// Producers, each once.
#[derive(Default)]
struct Others {
    producers: Vec<Producer>,
    /// The bit in the place that the end of a span id names. Most producers are new, and needn't be compared with all
    /// that are known.
    known: [u64; 16],
}

impl Others {
    fn add(&mut self, producer: Producer) {
        let [end, next, ..] = producer.span_id.to_le_bytes();
        let bit = 1 << (end % 64);
        let Some(known) = self.known.get_mut(usize::from(next % 16)) else {
            return;
        };
        let may_be_known = *known & bit != 0;
        *known |= bit;
        let mut producers = self.producers.iter();
        if !may_be_known || !producers.any(|known| known.is_same_span(&producer)) {
            self.producers.push(producer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_of_many_producers_is_told_of_once_whatever_its_ids() {
        let context = |trace: u128, span: u64| Some(TraceContext::new(trace, span, Some(1)));
        // The same ends of span ids, the same spans in two traces, and each of them twice.
        let spans = [0x0101, 0x1101, 0x0141, 1 << 40 | 0x0101, u64::MAX, 1];
        let once = || {
            [1, 2]
                .into_iter()
                .flat_map(|trace| spans.map(|span| (trace, span)))
        };
        let all = once()
            .chain(once())
            .map(|(trace, span)| context(trace, span));
        let parent = context(1, 0x0101);
        let found = others(parent.as_ref(), all);
        let found: Vec<_> = found
            .iter()
            .map(|other| (other.trace_id, other.span_id))
            .collect();
        assert_eq!(found, once().skip(1).collect::<Vec<_>>());
    }
}
