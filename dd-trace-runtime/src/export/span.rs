//! A finished OpenTelemetry span as a Datadog span of the v0.4 format.

use std::time::SystemTime;

use opentelemetry::trace::{Link, Status};

use super::decision::TraceTags;
use super::limits::{NAME_LIMIT, RESOURCE_LIMIT, VALUE_LIMIT};
use super::member::{Member, id};
use super::numbers::{halves, nanoseconds};
use super::process::Process;
use super::tags;
use crate::conventions::{operation_name, resource_name, span_type};
use crate::msgpack::Msgpack;

pub(super) fn encode(member: &Member<'_>, process: &Process, out: &mut Msgpack) {
    let (span, attributes) = (member.span, &member.attributes);
    let has_links = !span.links.is_empty();
    out.map(12 + usize::from(has_links));
    out.key("service");
    out.text(member.service, NAME_LIMIT);
    out.key("name");
    out.text(&operation_name(&span.span_kind, attributes), NAME_LIMIT);
    out.key("resource");
    out.text(
        &resource_name(&span.name, &span.span_kind, attributes),
        RESOURCE_LIMIT,
    );
    out.key("type");
    out.text(span_type(&span.span_kind, attributes), NAME_LIMIT);
    out.key("trace_id");
    out.unsigned(halves(span.span_context.trace_id()).1);
    out.key("span_id");
    out.unsigned(id(span.span_context.span_id()));
    out.key("parent_id");
    out.unsigned(id(span.parent_span_id));
    encode_times(span.start_time, span.end_time, out);
    out.key("error");
    let failed = matches!(span.status, Status::Error { .. });
    out.unsigned(attributes.error.unwrap_or(failed).into());
    let trace = member.is_root.then(|| TraceTags::of(&*span.trace));
    out.key("meta");
    tags::encode_meta(member, trace.as_ref(), process, out);
    out.key("metrics");
    tags::encode_metrics(member, trace.as_ref(), process, out);
    if has_links {
        encode_links(&span.links, out);
    }
}

/// Nanoseconds; a clock that was set back must not make the duration negative.
fn encode_times(start: SystemTime, end: SystemTime, out: &mut Msgpack) {
    let start = nanoseconds(start);
    out.key("start");
    out.signed(start);
    out.key("duration");
    out.signed(nanoseconds(end).saturating_sub(start).max(0));
}

/// Says that the lower bits of a link's flags are valid, which OpenTelemetry always knows.
const FLAGS_ARE_SET: u32 = 1 << 31;

fn encode_links(links: &[Link], out: &mut Msgpack) {
    out.key("span_links");
    out.array(links.len());
    for link in links {
        let context = &link.span_context;
        let (trace_id_high, trace_id) = halves(context.trace_id());
        let state = context.trace_state().header();
        let entries = 4 + usize::from(!link.attributes.is_empty()) + usize::from(!state.is_empty());
        out.map(entries);
        out.key("trace_id");
        out.unsigned(trace_id);
        out.key("trace_id_high");
        out.unsigned(trace_id_high);
        out.key("span_id");
        out.unsigned(id(context.span_id()));
        out.key("flags");
        let flags = u32::from(context.trace_flags().to_u8());
        out.unsigned((flags | FLAGS_ARE_SET).into());
        if !state.is_empty() {
            out.key("tracestate");
            out.text(&state, VALUE_LIMIT);
        }
        if !link.attributes.is_empty() {
            out.key("attributes");
            tags::encode_texts(&link.attributes, out);
        }
    }
}
