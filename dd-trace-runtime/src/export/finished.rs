//! The spans that have finished and wait to be encoded.

use std::collections::BTreeMap;
use std::sync::Arc;

use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::limits::{OPEN_BYTES, VALUE_LIMIT};
use super::span_data::SpanData;
use crate::msgpack::cut;

/// A finished span, with its approximate size in bytes.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) span: SpanData,
    pub(super) size: usize,
}

/// Room for the spans of most invocations: an allocator has it at hand, while a vector would start with twice that.
const USUAL: usize = 2;

/// Finished spans, with their approximate size in bytes.
#[derive(Debug, Default)]
struct Spans {
    spans: Vec<Finished>,
    size: usize,
}

/// The spans that have finished and are not encoded yet.
///
/// The spans of a trace are kept together while its local root is open, so that the trace is sent whole.
#[derive(Debug)]
pub(super) struct FinishedSpans {
    /// The spans of traces whose local root has ended.
    complete: Spans,
    open: BTreeMap<TraceKey, Spans>,
    /// The approximate size of `open`, in bytes.
    open_size: usize,
    max_spans: usize,
    max_size: usize,
}

impl FinishedSpans {
    /// A trace is encoded before its local root ends when it has `max_spans` spans or takes `max_size` bytes.
    pub(super) fn bounded(max_spans: usize, max_size: usize) -> Self {
        Self {
            complete: Spans::default(),
            open: BTreeMap::new(),
            open_size: 0,
            max_spans,
            max_size,
        }
    }

    /// Takes a span. Returns the spans to be encoded now, oldest first: none, until there are enough.
    pub(super) fn push(&mut self, mut span: SpanData) -> Vec<Finished> {
        let size = shorten(&mut span);
        let key = trace_of(&span);
        // This runs under the exporter's lock. The root takes that lock after it is marked as ended, so if it isn't
        // marked yet, it will come later and take this span along.
        let is_complete = span.trace.local_root_has_ended();
        let finished = Finished { span, size };
        if is_complete {
            self.complete(key, finished)
        } else {
            self.keep_open(key, finished)
        }
    }

    fn complete(&mut self, trace: TraceKey, finished: Finished) -> Vec<Finished> {
        if let Some(before) = self.open.remove(&trace) {
            self.open_size -= before.size;
            self.complete.append(before);
        }
        self.complete.push(finished);
        if self.complete.is_enough(self.max_spans, self.max_size) {
            self.take_complete()
        } else {
            Vec::new()
        }
    }

    fn keep_open(&mut self, trace: TraceKey, finished: Finished) -> Vec<Finished> {
        self.open_size += finished.size;
        let spans = self.open.entry(trace).or_default();
        spans.push(finished);
        if spans.is_enough(self.max_spans, self.max_size) {
            let part = self.open.remove(&trace).unwrap_or_default();
            self.open_size -= part.size;
            return part.spans;
        }
        if self.open_size >= OPEN_BYTES {
            return self.take();
        }
        Vec::new()
    }

    /// The spans of traces whose local root has ended, oldest first.
    pub(super) fn take_complete(&mut self) -> Vec<Finished> {
        std::mem::take(&mut self.complete).spans
    }

    /// All finished spans, oldest first.
    pub(super) fn take(&mut self) -> Vec<Finished> {
        self.open_size = 0;
        for spans in std::mem::take(&mut self.open).into_values() {
            self.complete.append(spans);
        }
        self.take_complete()
    }

    /// The approximate size of the spans, in bytes.
    pub(super) fn size(&self) -> usize {
        self.complete.size + self.open_size
    }

    pub(super) fn len(&self) -> usize {
        let open = self.open.values().map(|spans| spans.spans.len());
        self.complete.spans.len() + open.sum::<usize>()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.complete.spans.is_empty() && self.open.is_empty()
    }
}

impl Spans {
    fn push(&mut self, finished: Finished) {
        if self.spans.capacity() == 0 {
            self.spans.reserve_exact(USUAL);
        }
        self.size = self.size.saturating_add(finished.size);
        self.spans.push(finished);
    }

    fn append(&mut self, mut others: Self) {
        if self.spans.is_empty() {
            *self = others;
        } else {
            self.size = self.size.saturating_add(others.size);
            self.spans.append(&mut others.spans);
        }
    }

    fn is_enough(&self, max_spans: usize, max_size: usize) -> bool {
        self.spans.len() >= max_spans || self.size >= max_size
    }
}

/// Identifies the part of a trace that is in this process by its address, as two parts can have the same trace id.
/// The address is unique as long as one of the spans waits, since each span holds a reference.
type TraceKey = usize;

fn trace_of(span: &SpanData) -> TraceKey {
    Arc::as_ptr(&span.trace).cast::<()>().addr()
}

/// The size of a span's fields without its texts, in memory as well as encoded.
const SPAN: usize = 640;
/// The size of a number, a flag or the header of a text.
const SCALAR: usize = 16;

/// Cuts the texts of a span to the length that will be sent, so that one of megabytes doesn't take the room of other
/// spans. Returns the span's approximate size, in memory as well as encoded: good enough for a bound, and cheap.
fn shorten(span: &mut SpanData) -> usize {
    let own = span.own.as_ref().map_or(0, |own| own.written().len());
    let events = span.events.iter_mut();
    let events = events.map(|event| 64 + event.name.len() + attributes(&mut event.attributes));
    let links = span.links.iter_mut();
    let links = links.map(|link| 128 + attributes(&mut link.attributes));
    SPAN + own
        + span.name.len()
        + attributes(&mut span.attributes)
        + events.sum::<usize>()
        + links.sum::<usize>()
}

fn attributes(attributes: &mut [KeyValue]) -> usize {
    let attributes = attributes.iter_mut();
    let sizes = attributes.map(|attribute| {
        let (count, texts) = value(&mut attribute.value);
        // Each element of an array is sent with a key of its own.
        count.saturating_mul(attribute.key.as_str().len() + SCALAR) + texts
    });
    sizes.sum()
}

/// How many single values `value` has, and the bytes of its texts.
fn value(value: &mut Value) -> (usize, usize) {
    match value {
        Value::String(value) => (1, text(value)),
        Value::Array(Array::Bool(values)) => (values.len(), 0),
        Value::Array(Array::I64(values)) => (values.len(), 0),
        Value::Array(Array::F64(values)) => (values.len(), 0),
        Value::Array(Array::String(texts)) => (texts.len(), texts.iter_mut().map(text).sum()),
        _ => (1, 0),
    }
}

fn text(text: &mut StringValue) -> usize {
    if text.as_str().len() > VALUE_LIMIT {
        *text = cut(text.as_str(), VALUE_LIMIT).to_owned().into();
    }
    text.as_str().len()
}
