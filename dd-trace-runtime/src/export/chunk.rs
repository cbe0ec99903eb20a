//! Finished spans grouped into traces, and each trace encoded as one chunk.

use opentelemetry::trace::SpanId;
use opentelemetry_sdk::trace::SpanData;

use super::attribute::Attributes;
use super::finished::Finished;
use super::msgpack::Msgpack;
use super::process::Process;
use super::queue::Chunk;
use super::span;

/// A span in its chunk.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) span: &'a SpanData,
    pub(super) attributes: Attributes<'a>,
    pub(super) service: &'a str,
    /// Its parent is not in the chunk: it carries what is said once a chunk.
    pub(super) is_root: bool,
    /// It is where its service was entered; statistics are counted on such spans.
    pub(super) is_top_level: bool,
}

/// Encodes `finished`, one chunk a trace.
pub(super) fn encode(mut finished: Vec<Finished>, process: &Process) -> Vec<Chunk> {
    // Stable, so that the spans of a trace keep the order in which they finished.
    finished.sort_by_key(|finished| finished.span.span_context.trace_id().to_bytes());
    finished
        .chunk_by(|one, next| one.span.span_context.trace_id() == next.span.span_context.trace_id())
        .map(|trace| encode_trace(trace, process))
        .collect()
}

fn encode_trace(trace: &[Finished], process: &Process) -> Chunk {
    let mut members = members(trace, process);
    // Who reads a chunk expects what is said once on its first span.
    members.sort_by_key(|member| !member.is_root);
    let size = trace.iter().map(|finished| finished.size).sum();
    let mut out = Msgpack::with_capacity(size);
    out.array(members.len());
    for member in &members {
        span::encode(member, process, &mut out);
    }
    Chunk {
        bytes: out.into_bytes(),
        spans: trace.len(),
    }
}

fn members<'a>(trace: &'a [Finished], process: &'a Process) -> Vec<Member<'a>> {
    let mut members: Vec<_> = trace
        .iter()
        .map(|finished| Member::alone(&finished.span, process))
        .collect();
    let mut services: Vec<_> = members
        .iter()
        .map(|member| {
            (
                member.span.span_context.span_id().to_bytes(),
                member.service,
            )
        })
        .collect();
    services.sort_unstable_by_key(|(id, _)| *id);
    for member in &mut members {
        member.find_parent(&services);
    }
    members
}

impl<'a> Member<'a> {
    /// A span whose parent isn't known yet.
    fn alone(span: &'a SpanData, process: &'a Process) -> Self {
        let attributes = Attributes::of(&span.attributes);
        Self {
            span,
            service: attributes.service.unwrap_or(&process.service),
            attributes,
            is_root: true,
            is_top_level: span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote,
        }
    }

    /// Looks for the parent among the ids of a chunk, each with its service, in order.
    fn find_parent(&mut self, services: &[([u8; 8], &str)]) {
        let parent = self.span.parent_span_id;
        let is_its_own_parent = parent == self.span.span_context.span_id();
        if self.is_top_level || is_its_own_parent {
            return;
        }
        let found = services.binary_search_by_key(&parent.to_bytes(), |(id, _)| *id);
        if let Some((_, service)) = found.ok().and_then(|at| services.get(at)) {
            self.is_root = false;
            self.is_top_level = *service != self.service;
        }
    }
}
