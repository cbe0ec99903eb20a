//! The W3C headers `traceparent` and `tracestate`.
//!
//! Source: <https://www.w3.org/TR/trace-context/>.

use opentelemetry::propagation::Extractor;

use super::extracted::Extracted;
use super::ids::Ids;
use super::{Style, tracestate};
use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;
use crate::digits::{parse_hex_u8, parse_hex_u64, parse_hex_u128, push_hex};
use crate::log;

pub(super) const HEADERS: [&str; 2] = [TRACEPARENT, tracestate::HEADER];

const TRACEPARENT: &str = "traceparent";

/// The only flag of `traceparent` that matters to us.
const SAMPLED: u8 = 1;

/// Reads the headers; `None` if there is no valid `traceparent`.
pub(super) fn extract(extractor: &dyn Extractor, first: Option<&Extracted>) -> Option<Extracted> {
    let header = extractor.get(TRACEPARENT)?;
    let Some(parent) = Traceparent::parse(header.trim()) else {
        log::debug!(
            "traceparent is `{}`; write `00-<32 hex digits>-<16>-<2>`, no id being 0; ignored",
            log::excerpt(header)
        );
        return None;
    };
    let priority = i8::from(parent.sampled);
    let mut context = TraceContext::new(parent.trace_id, parent.parent_id, Some(priority));
    if let Some(header) = tracestate::header(extractor) {
        let dd = tracestate::split(&header, &mut context);
        let is_known = first.is_some_and(|first| {
            first.context.is_same_span(&context) && first.context.sampling_priority.is_some()
        });
        if !is_known {
            tracestate::decide_by(dd, parent.sampled, &mut context);
        }
    }
    // The first span tells it, if only that there was none.
    context.last_parent_id.get_or_insert(0);
    Some(Extracted {
        style: Style::TraceContext,
        usable: context.is_usable(),
        context,
    })
}

/// The ids and the flag alone.
pub(super) fn ids(extractor: &dyn Extractor) -> Option<Ids> {
    let parent = Traceparent::parse(extractor.get(TRACEPARENT)?.trim())?;
    Some(Ids {
        trace_id: parent.trace_id,
        parent_id: parent.parent_id,
        priority: Some(i8::from(parent.sampled)),
    })
}

#[derive(Debug, PartialEq)]
struct Traceparent {
    trace_id: u128,
    parent_id: u64,
    sampled: bool,
}

impl Traceparent {
    fn parse(header: &str) -> Option<Self> {
        let (version, rest) = field(header, 2)?;
        let (trace_id, rest) = field(rest?, 32)?;
        let (parent_id, rest) = field(rest?, 16)?;
        let (flags, rest) = field(rest?, 2)?;
        let version = parse_hex_u8(version)?;
        let trace_id = parse_hex_u128(trace_id)?;
        let parent_id = parse_hex_u64(parent_id)?;
        let flags = parse_hex_u8(flags)?;
        // A version after 00 may add fields; 255 is reserved as invalid.
        let extended = rest.is_some();
        let valid = match version {
            0 => !extended,
            u8::MAX => false,
            _ => true,
        };
        (valid && trace_id != 0 && parent_id != 0).then_some(Self {
            trace_id,
            parent_id,
            sampled: flags & SAMPLED != 0,
        })
    }
}

/// A field of that width, and what follows the `-` after it.
fn field(header: &str, width: usize) -> Option<(&str, Option<&str>)> {
    let (field, rest) = header.split_at_checked(width)?;
    match rest {
        "" => Some((field, None)),
        rest => rest.strip_prefix('-').map(|rest| (field, Some(rest))),
    }
}

/// Writes the headers.
pub(super) fn inject(context: &TraceContext, headers: &mut Carrier) {
    if context.parent_id() == 0 {
        // A synthetic test's trace before its first span, which W3C can't express.
        return;
    }
    let (high, low) = context.trace_id_halves();
    let sampled = context.priority_or_default().is_some_and(|p| p > 0);
    headers.write(TRACEPARENT, |out| {
        out.push_str("00-");
        push_hex(out, high);
        push_hex(out, low);
        out.push('-');
        push_hex(out, context.parent_id());
        out.push_str(if sampled { "-01" } else { "-00" });
    });
    headers.write(tracestate::HEADER, |out| tracestate::write(context, out));
}
