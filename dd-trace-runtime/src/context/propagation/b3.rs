//! The B3 headers: `b3` alone, or one `x-b3-*` header for each field.
//!
//! Source: <https://github.com/openzipkin/b3-propagation>. B3 knows three sampling states: dropped, kept and
//! debug. Datadog's tracers take debug for "kept by the user".

use opentelemetry::propagation::Extractor;

use super::Style;
use super::extracted::Extracted;
use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;
use crate::digits::{parse_hex_u64, parse_hex_u128, push_hex};

pub(super) const SINGLE_HEADERS: [&str; 1] = [SINGLE];
pub(super) const MULTI_HEADERS: [&str; 4] = [TRACE_ID, SPAN_ID, SAMPLED, FLAGS];

const SINGLE: &str = "b3";
const TRACE_ID: &str = "x-b3-traceid";
const SPAN_ID: &str = "x-b3-spanid";
const SAMPLED: &str = "x-b3-sampled";
const FLAGS: &str = "x-b3-flags";

/// Reads `b3: <trace id>-<span id>[-<sampled>[-<parent span id>]]`.
pub(super) fn extract_single(extractor: &dyn Extractor) -> Option<Extracted> {
    let mut fields = extractor.get(SINGLE)?.trim().split('-');
    let (trace_id, span_id) = (fields.next()?, fields.next()?);
    let priority = match fields.next() {
        Some("d") => Some(2),
        state => state.and_then(sampled),
    };
    context(Style::B3, trace_id, span_id, priority)
}

/// Reads a header for each field.
pub(super) fn extract_multi(extractor: &dyn Extractor) -> Option<Extracted> {
    let (trace_id, span_id) = (extractor.get(TRACE_ID)?, extractor.get(SPAN_ID)?);
    let priority = match extractor.get(FLAGS) {
        Some("1") => Some(2),
        _ => extractor.get(SAMPLED).and_then(sampled),
    };
    context(Style::B3Multi, trace_id, span_id, priority)
}

/// Old tracers write words.
fn sampled(state: &str) -> Option<i8> {
    match state {
        "1" | "true" => Some(1),
        "0" | "false" => Some(0),
        _ => None,
    }
}

fn context(style: Style, trace_id: &str, span_id: &str, priority: Option<i8>) -> Option<Extracted> {
    let lower = (
        trace_id.trim().to_ascii_lowercase(),
        span_id.trim().to_ascii_lowercase(),
    );
    let trace_id = match lower.0.len() {
        16 => parse_hex_u64(&lower.0).map(u128::from),
        _ => parse_hex_u128(&lower.0),
    };
    let context = TraceContext::new(trace_id?, parse_hex_u64(&lower.1)?, priority);
    Some(Extracted {
        style,
        usable: context.is_usable(),
        context,
    })
}

/// Writes the single header.
pub(super) fn inject_single(context: &TraceContext, headers: &mut Carrier) {
    if context.parent_id() == 0 {
        return;
    }
    let state = match context.sampling_priority() {
        None => "",
        Some(..=0) => "-0",
        Some(1) => "-1",
        Some(_) => "-d",
    };
    headers.write(SINGLE, |out| {
        push_trace_id(out, context);
        out.push('-');
        push_hex(out, context.parent_id());
        out.push_str(state);
    });
}

/// Writes a header for each field.
pub(super) fn inject_multi(context: &TraceContext, headers: &mut Carrier) {
    if context.parent_id() == 0 {
        return;
    }
    headers.write(TRACE_ID, |out| push_trace_id(out, context));
    headers.write(SPAN_ID, |out| push_hex(out, context.parent_id()));
    let (name, value) = match context.sampling_priority() {
        None => return,
        Some(..=0) => (SAMPLED, "0"),
        Some(1) => (SAMPLED, "1"),
        Some(_) => (FLAGS, "1"),
    };
    headers.write(name, |out| out.push_str(value));
}

/// A trace id of 64 bits has 16 digits.
fn push_trace_id(out: &mut String, context: &TraceContext) {
    let (high, low) = context.trace_id_halves();
    if high != 0 {
        push_hex(out, high);
    }
    push_hex(out, low);
}
