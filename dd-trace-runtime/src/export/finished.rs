//! The spans that have finished and wait to be encoded.

use opentelemetry::{Array, KeyValue, StringValue, Value};

use super::limits::VALUE_LIMIT;
use super::msgpack::cut;
use super::span_data::SpanData;

/// A finished span, with about the bytes it takes.
#[derive(Debug)]
pub(super) struct Finished {
    pub(super) span: SpanData,
    pub(super) size: usize,
}

/// Room for what most invocations make, which an allocator has at hand; it would start with twice that.
const USUAL: usize = 2;

/// The spans that have finished since the last were encoded.
#[derive(Debug)]
pub(super) struct FinishedSpans {
    spans: Vec<Finished>,
    size: usize,
    max_spans: usize,
    max_size: usize,
}

impl FinishedSpans {
    pub(super) fn bounded(max_spans: usize, max_size: usize) -> Self {
        Self {
            spans: Vec::new(),
            size: 0,
            max_spans,
            max_size,
        }
    }

    /// Takes a span; returns those that are to be encoded now, oldest first: none, until there are enough.
    pub(super) fn push(&mut self, mut span: SpanData) -> Vec<Finished> {
        for attribute in &mut span.attributes {
            shorten(&mut attribute.value);
        }
        let size = size(&span);
        self.size = self.size.saturating_add(size);
        if self.spans.capacity() == 0 {
            self.spans.reserve_exact(USUAL);
        }
        self.spans.push(Finished { span, size });
        if self.spans.len() >= self.max_spans || self.size >= self.max_size {
            self.take()
        } else {
            Vec::new()
        }
    }

    /// Everything that has finished, oldest first.
    pub(super) fn take(&mut self) -> Vec<Finished> {
        self.size = 0;
        std::mem::take(&mut self.spans)
    }

    /// About the bytes that they take.
    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }
}

/// Cuts a text to what will be sent of it, so that one of megabytes doesn't take the room of other spans.
fn shorten(value: &mut Value) {
    let shorten = |text: &mut StringValue| {
        if text.as_str().len() > VALUE_LIMIT {
            *text = cut(text.as_str(), VALUE_LIMIT).to_owned().into();
        }
    };
    match value {
        Value::String(text) => shorten(text),
        Value::Array(Array::String(texts)) => texts.iter_mut().for_each(shorten),
        _ => {}
    }
}

/// The fields of a span without its texts, in memory as well as encoded.
const SPAN: usize = 640;
/// A number, a flag or the header of a text.
const SCALAR: usize = 16;

/// About the bytes a span takes, in memory as well as encoded: enough for a bound, and cheap.
fn size(span: &SpanData) -> usize {
    let events = span.events.iter();
    let links = span.links.iter();
    SPAN + span.name.len()
        + attributes(&span.attributes)
        + events
            .map(|event| 64 + event.name.len() + attributes(&event.attributes))
            .sum::<usize>()
        + links
            .map(|link| 128 + attributes(&link.attributes))
            .sum::<usize>()
}

fn attributes(attributes: &[KeyValue]) -> usize {
    attributes
        .iter()
        .map(|attribute| value(attribute.key.as_str(), &attribute.value))
        .sum()
}

fn value(key: &str, value: &Value) -> usize {
    let (count, texts) = match value {
        Value::String(text) => (1, text.as_str().len()),
        Value::Array(Array::Bool(values)) => (values.len(), 0),
        Value::Array(Array::I64(values)) => (values.len(), 0),
        Value::Array(Array::F64(values)) => (values.len(), 0),
        Value::Array(Array::String(texts)) => (
            texts.len(),
            texts.iter().map(|text| text.as_str().len()).sum(),
        ),
        _ => (1, 0),
    };
    // Each element of an array is sent with a key of its own.
    count.saturating_mul(key.len() + SCALAR) + texts
}
