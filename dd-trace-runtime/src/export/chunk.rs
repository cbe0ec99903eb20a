//! Finished spans grouped into traces, and each trace encoded as one chunk.

use super::finished::Finished;
use super::member::{Member, Place, id};
use super::process::Process;
use super::queue::Chunk;
use super::span;
use crate::msgpack::Msgpack;

/// Encodes `finished` as one chunk for each trace, the first into the memory of `spare`.
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
    let mut members = members(trace, process);
    if let Some(rules) = &process.span_sampler {
        for member in &mut members {
            member.sample(rules);
        }
    }
    buffer.reserve(trace.iter().map(|finished| finished.size).sum());
    let mut out = Msgpack::into_buffer(buffer);
    out.array(members.len());
    // Readers of a chunk expect on its first span the tags that are written once per chunk.
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
            .map(|(at, member)| (id(member.span.span_context.span_id()).into(), at))
            .collect();
        ids.sort_unstable();
        let services: Vec<&str> = members.iter().map(|member| member.service).collect();
        for member in &mut members {
            member.find_parent(&ids, &services);
        }
    }
    members
}
