//! HTTP headers: API Gateway, load balancers, function URLs, and any event with a `headers` object.

use std::ops::ControlFlow;

use serde_json::value::RawValue;

use crate::carrier::Carrier;
use crate::json::{self, Members, Read};

/// Adds the propagation headers of `headers`, an object of strings or of arrays of strings, to
/// `carrier`. What the carrier has already stays; of an array the first value counts (`extraction.md`
/// 2.2: API Gateway's `multiValueHeaders`, and `headers` of a VPC Lattice event).
pub(super) fn read(headers: &RawValue, carrier: &mut Carrier) {
    json::members(headers.get().as_bytes(), &mut Headers(carrier));
}

struct Headers<'c>(&'c mut Carrier);

impl<'a> Members<'a> for Headers<'_> {
    fn want(&mut self, name: &str) -> Read {
        if is_propagation_header(name) && self.0.get(name).is_none() {
            Read::Whole
        } else {
            Read::Nothing
        }
    }

    fn take(&mut self, name: &str, value: &'a RawValue) -> ControlFlow<()> {
        let value = first(value).unwrap_or(value);
        if let Some(text) = json::text(value) {
            self.0.insert(name, text);
        }
        ControlFlow::Continue(())
    }
}

/// The first element, if `value` is an array that has one.
fn first(value: &RawValue) -> Option<&RawValue> {
    if !value.get().starts_with('[') {
        return None;
    }
    let elements: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
    elements.first().copied()
}

/// A request has dozens of headers; the others are stepped over.
fn is_propagation_header(name: &str) -> bool {
    const PREFIX: &str = "x-datadog-";
    const NAMES: [&str; 3] = ["traceparent", "tracestate", "baggage"];
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
        || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
