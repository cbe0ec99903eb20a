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

/// An id, and the place of its span in a list. Sorted, equal ids keep the order of the list.
type Place = (u128, usize);

/// Encodes `finished`, one chunk a trace, the first into the memory of `spare`.
pub(super) fn encode(finished: &[Finished], process: &Process, mut spare: Vec<u8>) -> Vec<Chunk> {
    let traces = finished.iter().enumerate();
    let mut traces: Vec<Place> = traces.map(|(at, it)| (trace_id(it), at)).collect();
    traces.sort_unstable();
    traces
        .chunk_by(|(one, _), (next, _)| one == next)
        .map(|trace| {
            let spans = trace.iter().filter_map(|(_, at)| finished.get(*at));
            encode_trace(
                &spans.collect::<Vec<_>>(),
                process,
                std::mem::take(&mut spare),
            )
        })
        .collect()
}

fn trace_id(finished: &Finished) -> u128 {
    u128::from_be_bytes(finished.span.span_context.trace_id().to_bytes())
}

fn encode_trace(trace: &[&Finished], process: &Process, mut buffer: Vec<u8>) -> Chunk {
    let members = members(trace, process);
    buffer.reserve(trace.iter().map(|finished| finished.size).sum());
    let mut out = Msgpack::into_buffer(buffer);
    out.array(members.len());
    // Who reads a chunk expects what is said once on its first span.
    for is_root in [true, false] {
        for member in members.iter().filter(|member| member.is_root == is_root) {
            span::encode(member, process, &mut out);
        }
    }
    Chunk {
        bytes: out.into_bytes(),
        spans: trace.len(),
    }
}

fn members<'a>(trace: &[&'a Finished], process: &'a Process) -> Vec<Member<'a>> {
    let members = trace.iter();
    let mut members: Vec<_> = members.map(|it| Member::alone(&it.span, process)).collect();
    if members.len() > 1 {
        let ids = members.iter().enumerate();
        let mut ids: Vec<Place> = ids
            .map(|(at, member)| (id(member.span.span_context.span_id()), at))
            .collect();
        ids.sort_unstable();
        let services: Vec<&str> = members.iter().map(|member| member.service).collect();
        for member in &mut members {
            member.find_parent(&ids, &services);
        }
    }
    members
}

fn id(span: SpanId) -> u128 {
    u64::from_be_bytes(span.to_bytes()).into()
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

    /// Looks for the parent among the ids of a chunk, which are in order; `services` has the service of each
    /// span.
    fn find_parent(&mut self, ids: &[Place], services: &[&str]) {
        let parent = self.span.parent_span_id;
        let is_its_own_parent = parent == self.span.span_context.span_id();
        if self.is_top_level || is_its_own_parent {
            return;
        }
        let found = ids.binary_search_by_key(&id(parent), |(id, _)| *id).ok();
        let place = found.and_then(|found| ids.get(found));
        if let Some(service) = place.and_then(|(_, at)| services.get(*at)) {
            self.is_root = false;
            self.is_top_level = *service != self.service;
        }
    }
}
