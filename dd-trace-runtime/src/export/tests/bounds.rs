//! How many finished spans may wait.

use std::time::Duration;

use opentelemetry::trace::{Span as _, Tracer as _};
use opentelemetry::{KeyValue, Value};

use super::{config, finished};
use crate::export::finished::{Finished, FinishedSpans};
use crate::export::{Exporter, SpanData};

fn span(name: &'static str, text: usize) -> SpanData {
    let mut span = finished(|tracer| tracer.start(name).end()).remove(0);
    span.attributes = vec![KeyValue::new("text", "x".repeat(text))];
    span
}

fn names(spans: Vec<Finished>) -> Vec<String> {
    let names = spans.into_iter().map(|finished| finished.span.name.into());
    names.collect()
}

#[test]
fn spans_are_passed_on_to_be_encoded_when_there_are_enough() {
    let mut spans = FinishedSpans::bounded(2, usize::MAX);
    assert!(spans.push(span("one", 0)).is_empty());
    assert_eq!(names(spans.push(span("two", 0))), ["one", "two"]);
    assert!(spans.push(span("three", 0)).is_empty());
    assert_eq!(names(spans.take()), ["three"]);
}

#[test]
fn spans_are_passed_on_to_be_encoded_when_they_are_large_enough() {
    let mut spans = FinishedSpans::bounded(usize::MAX, 20_000);
    assert!(spans.push(span("one", 9_000)).is_empty());
    assert!(spans.push(span("two", 9_000)).is_empty());
    assert_eq!(
        names(spans.push(span("three", 9_000))),
        ["one", "two", "three"]
    );
    assert!(spans.push(span("four", 9_000)).is_empty());
}

#[test]
fn a_span_beyond_the_bound_is_passed_on_by_itself() {
    let mut spans = FinishedSpans::bounded(usize::MAX, 20_000);
    assert_eq!(names(spans.push(span("large", 20_000))), ["large"]);
    assert!(spans.is_empty());
}

#[test]
fn the_size_of_a_span_is_about_its_bytes() {
    use super::payload::chunks;
    let mut spans = FinishedSpans::bounded(usize::MAX, usize::MAX);
    let mut many = span("many", 5_000);
    many.attributes.push(KeyValue::new(
        "a.rather.long.key",
        Value::Array(vec![1_i64; 1_000].into()),
    ));
    assert!(spans.push(many.clone()).is_empty());
    let estimate = spans.take()[0].size;
    let config = config(&[]);
    let process = crate::export::process::Process::new(&config);
    assert!(spans.push(many.clone()).is_empty());
    let encoded = crate::export::chunk::encode(&spans.take(), &process, Vec::new())[0]
        .bytes
        .len();
    assert!(
        estimate >= encoded && estimate < encoded * 2,
        "{estimate} for {encoded}"
    );
    assert_eq!(chunks(vec![many], &config)[0][0].metrics.len(), 1_003);
}

/// Allocators have blocks below a kilobyte at hand, and there is a send after each invocation.
#[test]
fn the_future_of_a_send_takes_less_than_a_kilobyte() {
    let exporter = Exporter::new(&config(&[]));
    let send = exporter.send(Duration::ZERO);
    assert!(size_of_val(&send) < 1_000, "{}", size_of_val(&send));
}
