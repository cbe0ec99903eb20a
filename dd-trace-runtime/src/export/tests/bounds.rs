//! How many finished spans may wait.

use opentelemetry::trace::{Span as _, Tracer as _};
use opentelemetry::{KeyValue, Value};

use super::finished;
use crate::export::SpanData;
use crate::export::finished::FinishedSpans;

fn span(name: &'static str, text: usize) -> SpanData {
    let mut span = finished(|tracer| tracer.start(name).end()).remove(0);
    span.attributes = vec![KeyValue::new("text", "x".repeat(text))];
    span
}

fn names(spans: &mut FinishedSpans) -> Vec<String> {
    let spans = spans.take();
    spans
        .into_iter()
        .map(|finished| finished.span.name.into())
        .collect()
}

#[test]
fn the_oldest_go_when_there_are_too_many() {
    let mut spans = FinishedSpans::bounded(2, usize::MAX);
    for name in ["one", "two", "three"] {
        spans.push(span(name, 0));
    }
    assert_eq!(spans.take_dropped(), 1);
    assert_eq!(names(&mut spans), ["two", "three"]);
    assert_eq!(spans.take_dropped(), 0);
}

#[test]
fn the_oldest_go_when_they_are_too_large() {
    let mut spans = FinishedSpans::bounded(usize::MAX, 20_000);
    for name in ["one", "two", "three"] {
        spans.push(span(name, 8_000));
    }
    assert_eq!(spans.take_dropped(), 1);
    assert_eq!(names(&mut spans), ["two", "three"]);
}

#[test]
fn taken_spans_make_room() {
    let mut spans = FinishedSpans::bounded(2, 20_000);
    spans.push(span("one", 15_000));
    assert_eq!(names(&mut spans), ["one"]);
    assert!(spans.is_empty());
    spans.push(span("two", 15_000));
    assert_eq!(spans.take_dropped(), 0);
}

#[test]
fn the_size_of_a_span_is_about_that_of_its_bytes() {
    use super::payload::chunks;
    let mut spans = FinishedSpans::bounded(usize::MAX, usize::MAX);
    let mut many = span("many", 5_000);
    many.attributes.push(KeyValue::new(
        "a.rather.long.key",
        Value::Array(vec![1_i64; 1_000].into()),
    ));
    spans.push(many.clone());
    let estimate = spans.take()[0].size;
    let config = super::config(&[]);
    let process = crate::export::process::Process::new(&config);
    spans.push(many.clone());
    let encoded = crate::export::chunk::encode(&spans.take(), &process, Vec::new())[0]
        .bytes
        .len();
    assert!(
        estimate >= encoded && estimate < encoded * 2,
        "{estimate} for {encoded}"
    );
    assert_eq!(chunks(vec![many], &config)[0][0].metrics.len(), 1_003);
}
