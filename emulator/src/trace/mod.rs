//! From spans to traces.

mod text;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use crate::agent::Span;

/// The spans of one trace id.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    id: u128,
    spans: Vec<Span>,
}

/// All traces among some spans, in the order in which they started.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Traces(Vec<Trace>);

/// A line of a trace that is drawn as an indented tree.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Row<'a> {
    /// The span.
    pub span: &'a Span,
    /// How many spans of the trace are above it.
    pub depth: usize,
    /// Whether it names a parent that isn't among the trace's spans, or that is below the span itself.
    pub parent_missing: bool,
}

impl Traces {
    /// Groups spans by their 128-bit trace id.
    #[must_use]
    pub fn from_spans(spans: impl IntoIterator<Item = Span>) -> Self {
        let mut by_id: BTreeMap<u128, Vec<Span>> = BTreeMap::new();
        for span in spans {
            by_id.entry(span.trace_id_128()).or_default().push(span);
        }
        let mut traces: Vec<Trace> = by_id
            .into_iter()
            .map(|(id, spans)| Trace::new(id, spans))
            .collect();
        traces.sort_by_key(Trace::start);
        Self(traces)
    }

    /// Whether everything belongs together: one trace id, and one span above all others.
    #[must_use]
    pub fn connected(&self) -> bool {
        match self.0.as_slice() {
            [trace] => trace.rows().iter().filter(|row| row.depth == 0).count() == 1,
            _ => false,
        }
    }

    /// The traces, the earliest first.
    #[must_use]
    pub fn as_slice(&self) -> &[Trace] {
        &self.0
    }

    /// The number of all spans.
    #[must_use]
    pub fn span_count(&self) -> usize {
        self.0.iter().map(|trace| trace.spans.len()).sum()
    }

    /// The names of the services, sorted.
    #[must_use]
    pub fn services(&self) -> BTreeSet<&str> {
        self.0
            .iter()
            .flat_map(|trace| &trace.spans)
            .map(|span| span.service.as_str())
            .collect()
    }
}

impl Trace {
    /// The order of the spans doesn't depend on the order in which they arrived.
    fn new(id: u128, mut spans: Vec<Span>) -> Self {
        spans.sort_by(|a, b| {
            let key = |span: &Span| (span.start, span.span_id);
            key(a).cmp(&key(b))
        });
        Self { id, spans }
    }

    /// The trace id.
    #[must_use]
    pub fn id(&self) -> u128 {
        self.id
    }

    /// The spans in the order in which they started.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// When the first span started, in nanoseconds since 1970.
    #[must_use]
    pub fn start(&self) -> i64 {
        self.spans.iter().map(|span| span.start).min().unwrap_or(0)
    }

    /// From the first start to the last end, in nanoseconds.
    #[must_use]
    pub fn duration(&self) -> i64 {
        let end = self.spans.iter().map(Span::end).max().unwrap_or(0);
        end.saturating_sub(self.start())
    }

    /// The spans as the lines of a tree: each below its parent, siblings in the order in which they started.
    #[must_use]
    pub fn rows(&self) -> Vec<Row<'_>> {
        let known: HashSet<u64> = self.spans.iter().map(|span| span.span_id).collect();
        let mut tree = Tree::new(&self.spans);
        for span in &self.spans {
            if span.parent_id == 0 || !known.contains(&span.parent_id) {
                tree.descend(span, 0, span.parent_id != 0);
            }
        }
        // The rest are their own ancestors, so no root leads to them.
        for span in &self.spans {
            tree.descend(span, 0, true);
        }
        tree.rows
    }
}

/// A tree under construction.
struct Tree<'a> {
    children: BTreeMap<u64, Vec<&'a Span>>,
    /// By address: two spans may claim the same id.
    seen: HashSet<*const Span>,
    rows: Vec<Row<'a>>,
}

impl<'a> Tree<'a> {
    fn new(spans: &'a [Span]) -> Self {
        let mut children: BTreeMap<u64, Vec<&Span>> = BTreeMap::new();
        for span in spans {
            children.entry(span.parent_id).or_default().push(span);
        }
        Self {
            children,
            seen: HashSet::new(),
            rows: Vec::with_capacity(spans.len()),
        }
    }

    fn descend(&mut self, span: &'a Span, depth: usize, parent_missing: bool) {
        if !self.seen.insert(std::ptr::from_ref(span)) {
            return;
        }
        self.rows.push(Row {
            span,
            depth,
            parent_missing,
        });
        if span.span_id == 0 {
            return;
        }
        for child in self
            .children
            .get(&span.span_id)
            .cloned()
            .unwrap_or_default()
        {
            self.descend(child, depth + 1, false);
        }
    }
}
