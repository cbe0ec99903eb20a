//! The latest traces, in bounded memory.

use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;

use crate::agent::Span;
use crate::trace::{Trace, Traces};

/// The most spans that are kept of one trace.
const SPANS_OF_A_TRACE: usize = 2_000;

/// The most bytes that all spans together may take.
const BYTES: usize = 128 * 1024 * 1024;

/// The most refused requests that wait to be told.
const PROBLEMS: usize = 10;

/// The bytes that a span takes besides its texts, and a tag besides its own.
const BYTES_OF_A_SPAN: usize = 256;
const BYTES_OF_A_TAG: usize = 64;

/// Traces by the time of their last change.
#[derive(Debug)]
pub(super) struct Store {
    most: NonZeroUsize,
    kept: HashMap<u128, Kept>,
    /// The ids of `kept`; the one that changed last is at the end.
    order: VecDeque<u128>,
    bytes: usize,
    revision: u64,
    /// Why requests were refused, until somebody is told.
    problems: Vec<String>,
}

/// A trace.
#[derive(Debug, Default)]
pub(super) struct Kept {
    spans: Vec<Span>,
    bytes: usize,
    /// When it last changed, in revisions of the store.
    pub(super) revision: u64,
    /// The number of spans over the limit.
    pub(super) left_out: usize,
    is_drawn: bool,
}

impl Kept {
    pub(super) fn trace(&self) -> Option<Trace> {
        let traces = Traces::from_spans(self.spans.iter().cloned());
        traces.as_slice().first().cloned()
    }

    /// Adds a span, or replaces it if it is sent again.
    fn put(&mut self, span: Span) {
        let same = |known: &&mut Span| known.span_id == span.span_id && known.name == span.name;
        if let Some(known) = self.spans.iter_mut().find(same) {
            self.bytes = self.bytes - size(known) + size(&span);
            *known = span;
            return;
        }
        if self.spans.len() == SPANS_OF_A_TRACE {
            self.left_out += 1;
            return;
        }
        self.bytes += size(&span);
        self.spans.push(span);
    }
}

impl Store {
    pub(super) fn new(most: NonZeroUsize) -> Self {
        Self {
            most,
            kept: HashMap::new(),
            order: VecDeque::new(),
            bytes: 0,
            revision: 0,
            problems: Vec::new(),
        }
    }

    pub(super) fn put(&mut self, spans: Vec<Span>) {
        if spans.is_empty() {
            return;
        }
        self.revision += 1;
        for span in spans {
            let id = span.trace_id_128();
            let kept = self.kept.entry(id).or_default();
            if kept.revision != self.revision {
                kept.revision = self.revision;
                kept.is_drawn = false;
                self.order.retain(|known| *known != id);
                self.order.push_back(id);
            }
            self.bytes -= kept.bytes;
            kept.put(span);
            self.bytes += kept.bytes;
            self.forget();
        }
    }

    /// Forgets the traces that have been unchanged the longest, as long as there are too many.
    fn forget(&mut self) {
        while self.order.len() > self.most.get() || (self.bytes > BYTES && self.order.len() > 1) {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            let kept = self.kept.remove(&oldest);
            self.bytes -= kept.map_or(0, |kept| kept.bytes);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = Self {
            revision: self.revision + 1,
            ..Self::new(self.most)
        };
    }

    /// Grows with each change.
    pub(super) fn revision(&self) -> u64 {
        self.revision
    }

    pub(super) fn get(&self, id: u128) -> Option<&Kept> {
        self.kept.get(&id)
    }

    pub(super) fn contains(&self, id: u128) -> bool {
        self.kept.contains_key(&id)
    }

    /// The traces that are kept; the one that changed last is at the end.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &Kept> {
        self.order.iter().filter_map(|id| self.kept.get(id))
    }

    pub(super) fn traces(&self) -> Vec<Trace> {
        self.iter().filter_map(Kept::trace).collect()
    }

    /// Notes why a request was refused. While nobody is told, the first ones are kept.
    pub(super) fn refuse(&mut self, problem: String) {
        if self.problems.len() < PROBLEMS {
            self.problems.push(problem);
        }
    }

    pub(super) fn take_problems(&mut self) -> Vec<String> {
        std::mem::take(&mut self.problems)
    }

    /// Whether there is something that nobody has been told: a trace, or a problem.
    pub(super) fn has_news(&self) -> bool {
        !self.problems.is_empty() || self.kept.values().any(|kept| !kept.is_drawn)
    }

    pub(super) fn take_undrawn(&mut self) -> Vec<Trace> {
        let mut undrawn = Vec::new();
        for id in &self.order {
            if let Some(kept) = self.kept.get_mut(id).filter(|kept| !kept.is_drawn) {
                kept.is_drawn = true;
                undrawn.extend(kept.trace());
            }
        }
        undrawn
    }
}

fn size(span: &Span) -> usize {
    let texts = span.service.len() + span.name.len() + span.resource.len();
    let tags: usize = span
        .meta
        .iter()
        .map(|(name, value)| name.len() + value.len())
        .sum();
    let metrics: usize = span.metrics.keys().map(String::len).sum();
    let links = span.span_links.iter().flat_map(|link| &link.attributes);
    let links: usize = links.map(|(name, value)| name.len() + value.len()).sum();
    let count = span.meta.len() + span.metrics.len() + span.span_links.len();
    BYTES_OF_A_SPAN + texts + tags + metrics + links + count * BYTES_OF_A_TAG
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(trace_id: u64, span_id: u64) -> Span {
        Span {
            trace_id,
            span_id,
            ..Span::default()
        }
    }

    fn ids(store: &Store) -> Vec<u128> {
        store.traces().iter().map(Trace::id).collect()
    }

    fn keeping(traces: usize) -> Store {
        Store::new(NonZeroUsize::new(traces).unwrap())
    }

    #[test]
    fn the_traces_that_changed_last_are_kept() {
        let mut store = keeping(2);
        store.put(vec![span(1, 1)]);
        store.put(vec![span(2, 1)]);
        store.put(vec![span(1, 2)]);
        store.put(vec![span(3, 1)]);
        assert_eq!(ids(&store), [1, 3]);
    }

    #[test]
    fn many_traces_in_one_payload_are_bounded_too() {
        let mut store = keeping(3);
        store.put((1..=10_000).map(|id| span(id, 1)).collect());
        assert_eq!(ids(&store), [9_998, 9_999, 10_000]);
        assert_eq!(store.kept.len(), 3);
    }

    #[test]
    fn a_span_that_is_sent_again_is_there_once() {
        let mut store = keeping(2);
        store.put(vec![span(1, 1)]);
        store.put(vec![span(1, 1)]);
        assert_eq!(store.traces()[0].spans().len(), 1);
    }

    #[test]
    fn spans_over_the_limit_of_a_trace_are_counted() {
        let mut store = keeping(2);
        store.put((1..=2_500).map(|id| span(1, id)).collect());
        let kept = store.get(1).unwrap();
        assert_eq!((kept.spans.len(), kept.left_out), (SPANS_OF_A_TRACE, 500));
    }

    #[test]
    fn bytes_are_bounded() {
        let mut store = keeping(1_000_000);
        let text = "x".repeat(1024 * 1024);
        for id in 1..=300 {
            store.put(vec![Span {
                resource: text.clone(),
                ..span(id, 1)
            }]);
        }
        assert!(store.bytes <= BYTES, "{}", store.bytes);
        assert!(
            store.kept.len() < 130 && store.contains(300),
            "{}",
            store.kept.len()
        );
        store.clear();
        assert_eq!((store.bytes, store.kept.len()), (0, 0));
    }

    #[test]
    fn a_trace_is_drawn_once_for_each_change() {
        let mut store = keeping(2);
        store.put(vec![span(1, 1)]);
        assert!(store.has_news());
        assert_eq!(store.take_undrawn().len(), 1);
        assert!(!store.has_news());
        store.put(vec![span(1, 2)]);
        assert_eq!(store.take_undrawn().len(), 1);
    }

    #[test]
    fn refusals_are_news_until_they_are_taken_and_bounded() {
        let mut store = keeping(1);
        (0..100).for_each(|number| store.refuse(number.to_string()));
        assert!(store.has_news());
        assert_eq!(store.take_problems().len(), PROBLEMS);
        assert!(!store.has_news());
    }
}
