//! The values of attributes, with arrays split into their elements.

use opentelemetry::{Array, Value};

/// An attribute's value, or one element of an array.
#[derive(Debug, Clone, Copy)]
pub(super) enum Single<'a> {
    Text(&'a str),
    Integer(i64),
    Float(f64),
}

impl Single<'_> {
    /// The value of the tag `key` in `metrics`; everything else is text.
    pub(super) fn metric(self, key: &str) -> Option<f64> {
        match self {
            // The only number that Datadog expects in `meta`.
            Self::Integer(_) if key == "http.status_code" => None,
            Self::Integer(number) => Some(float(number)),
            Self::Float(number) if number.is_finite() => Some(number),
            Self::Float(_) | Self::Text(_) => None,
        }
    }
}

/// Visits the single values of `value`, each with its index if it is an element of an array.
pub(super) fn for_each<'a>(value: &'a Value, mut visit: impl FnMut(Option<usize>, Single<'a>)) {
    match value {
        Value::Bool(flag) => visit(None, flag_text(*flag)),
        Value::I64(number) => visit(None, Single::Integer(*number)),
        Value::F64(number) => visit(None, Single::Float(*number)),
        Value::String(text) => visit(None, Single::Text(text.as_str())),
        Value::Array(Array::Bool(flags)) => elements(flags, |flag| flag_text(*flag), visit),
        Value::Array(Array::I64(numbers)) => elements(numbers, |n| Single::Integer(*n), visit),
        Value::Array(Array::F64(numbers)) => elements(numbers, |n| Single::Float(*n), visit),
        Value::Array(Array::String(texts)) => elements(texts, |t| Single::Text(t.as_str()), visit),
        // Both enums are non-exhaustive.
        _ => {}
    }
}

fn elements<'a, T>(
    elements: &'a [T],
    single: impl Fn(&'a T) -> Single<'a>,
    mut visit: impl FnMut(Option<usize>, Single<'a>),
) {
    for (place, element) in elements.iter().enumerate() {
        visit(Some(place), single(element));
    }
}

fn flag_text(flag: bool) -> Single<'static> {
    Single::Text(if flag { "true" } else { "false" })
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a metric is a double; of integers beyond 2^53 the last digits are lost"
)]
fn float(number: i64) -> f64 {
    number as f64
}
