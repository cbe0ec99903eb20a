//! HTTP headers: API Gateway, load balancers, function URLs, and any event with a `headers` object.

use std::borrow::Cow;

use crate::carrier::Carrier;
use crate::json::Reader;

/// Adds the propagation headers of the object that comes next, with strings or arrays of strings, to
/// `carrier`. What the carrier has already stays; of an array the first value counts (`extraction.md`
/// 2.2: API Gateway's `multiValueHeaders`, and `headers` of a VPC Lattice event).
pub(super) fn read(json: &mut Reader<'_>, carrier: &mut Carrier) {
    let Some(headers) = json.object() else {
        return;
    };
    while let Some(name) = json.member(headers) {
        if !is_propagation_header(&name) {
            continue;
        }
        let Ok(name) = std::str::from_utf8(&name) else {
            continue;
        };
        if carrier.get(name).is_some() {
            continue;
        }
        if let Some(value) = value(json) {
            carrier.insert(name, value);
        }
    }
}

/// The text that comes next, or the first element of an array.
fn value<'a>(json: &mut Reader<'a>) -> Option<Cow<'a, str>> {
    if let Some(values) = json.array() {
        return json.element(values).then(|| json.string())?;
    }
    json.string()
}

/// A request has dozens of headers; the others are stepped over.
fn is_propagation_header(name: &[u8]) -> bool {
    const PREFIX: &[u8] = b"x-datadog-";
    const NAMES: [&[u8]; 3] = [b"traceparent", b"tracestate", b"baggage"];
    name.get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
        || NAMES.iter().any(|known| known.eq_ignore_ascii_case(name))
}
