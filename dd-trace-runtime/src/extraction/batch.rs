//! The producers of a batch: the function's span is linked to them, and the span of a record to its own.

use crate::context::trace_context::TraceContext;
use crate::event::raw::RawEvent;

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
            // No priority is a decision left to us. A link says "keep" then, as it does of every missing one.
            sampled: priority.is_none_or(|priority| priority > 0),
        }
    }

    /// Whether a link can name it. That of a synthetic test has no span.
    fn is_usable(&self) -> bool {
        self.trace_id != 0 && self.span_id != 0
    }

    fn is_same_span(&self, other: &Self) -> bool {
        (self.span_id, self.trace_id) == (other.span_id, other.trace_id)
    }
}

/// The producers of a batch's records.
#[derive(Debug)]
pub(crate) struct Producers {
    event: RawEvent,
    /// In the order of the records.
    found: Vec<Found>,
    /// How many bytes there are after the last record that was looked at.
    unread: usize,
}

/// A record that wasn't looked at, or is of another event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unread;

/// The producer of a record.
#[derive(Debug)]
struct Found {
    producer: Producer,
    place: Place,
    /// Whether the function's span is linked to it.
    is_other: bool,
}

/// A place in a record: how many bytes of the event there are from there on.
pub(super) type Place = usize;

/// Of an event whose records were not looked at.
impl Default for Producers {
    fn default() -> Self {
        Self {
            event: RawEvent::default(),
            found: Vec::new(),
            unread: usize::MAX,
        }
    }
}

impl Producers {
    /// Those of the record of the parent, which has been read, and of the records after it.
    pub(super) fn of(
        parent: Option<(Place, &TraceContext)>,
        records: impl Iterator<Item = (Place, Option<TraceContext>)>,
    ) -> Self {
        let mut producers = Self::default();
        let mut known = Known::default();
        if let Some((place, context)) = parent {
            producers.add(place, Producer::of(context), &mut known);
        }
        for parent in &mut producers.found {
            parent.is_other = false;
        }
        for (place, context) in records.take(MAX_RECORDS) {
            if let Some(context) = context {
                producers.add(place, Producer::of(&context), &mut known);
            }
        }
        producers
    }

    fn add(&mut self, place: Place, producer: Producer, known: &mut Known) {
        let mut found = self.found.iter();
        let is_known =
            known.note(&producer) && found.any(|found| found.producer.is_same_span(&producer));
        self.found.push(Found {
            producer,
            place,
            is_other: !is_known,
        });
    }

    /// Says of which event they are, whose records were looked at as far as the last bytes, of which there are `unread`.
    pub(super) fn read(mut self, event: &RawEvent, unread: usize) -> Self {
        self.event = event.clone();
        self.unread = unread;
        self
    }

    /// The producers of the records other than the parent's, in their order, each once and without the parent. No
    /// Datadog library shows them.
    pub(crate) fn others(&self) -> impl Iterator<Item = &Producer> {
        let others = self.found.iter().filter(|found| found.is_other);
        others.map(|found| &found.producer)
    }

    /// The producer of a record, if it has one.
    pub(crate) fn of_record(&self, record: &[u8]) -> Result<Option<Producer>, Unread> {
        let range = self.event.range_of(record).ok_or(Unread)?;
        let length = self.event.as_bytes().len();
        let (start, end) = (length - range.start, length - range.end);
        let at = self.found.partition_point(|found| found.place > start);
        match self.found.get(at).filter(|found| found.place > end) {
            Some(found) => Ok(found.producer.is_usable().then_some(found.producer)),
            None if end >= self.unread => Ok(None),
            None => Err(Unread),
        }
    }
}

/// The bit in the place that the end of a span id names, for each producer. Most producers are new, and needn't be
/// compared with all that are known.
#[derive(Default)]
struct Known([u64; 16]);

impl Known {
    /// Notes a producer. Returns whether it may have been noted before.
    fn note(&mut self, producer: &Producer) -> bool {
        let [end, next, ..] = producer.span_id.to_le_bytes();
        let bit = 1 << (end % 64);
        let Some(known) = self.0.get_mut(usize::from(next % 16)) else {
            return true;
        };
        let may_be_known = *known & bit != 0;
        *known |= bit;
        may_be_known
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
        let producers = Producers::of(
            parent.as_ref().map(|parent| (0, parent)),
            all.map(|context| (0, context)),
        );
        let found: Vec<_> = producers
            .others()
            .map(|other| (other.trace_id, other.span_id))
            .collect();
        assert_eq!(found, once().skip(1).collect::<Vec<_>>());
    }
}
