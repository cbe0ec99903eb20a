//! A span's place in its chunk.

use opentelemetry::trace::SpanId;

use super::decision::TraceTags;
use super::process::Process;
use super::span_data::SpanData;
use crate::conventions::Attributes;
use crate::sampler::{Kept, SpanSampler};

/// A span in its chunk.
#[derive(Debug)]
pub(super) struct Member<'a> {
    pub(super) span: &'a SpanData,
    pub(super) attributes: Attributes<'a>,
    pub(super) service: &'a str,
    /// Whether its parent is not in the chunk: then it carries the tags that are written once per chunk.
    pub(super) is_root: bool,
    /// Whether its service was entered there. Statistics are counted on such spans.
    pub(super) is_top_level: bool,
    /// Why it is kept although its trace is dropped.
    pub(super) kept: Option<Kept>,
}

/// An id of a trace or a span, and the place of the span in a list. Sorted, equal ids keep the order of the list. One
/// type for both ids, as each sort of another type is kilobytes of code.
pub(super) type Place = (u128, usize);

pub(super) fn id(span: SpanId) -> u64 {
    u64::from_be_bytes(span.to_bytes())
}

impl<'a> Member<'a> {
    /// A span whose parent isn't known yet.
    pub(super) fn alone(span: &'a SpanData, process: &'a Process) -> Self {
        let attributes = Attributes::of(span.given());
        Self {
            span,
            service: attributes.service.unwrap_or(&process.service),
            attributes,
            is_root: true,
            is_top_level: span.parent_span_id == SpanId::INVALID || span.parent_span_is_remote,
            kept: None,
        }
    }

    /// Whether its parent, as far as this chunk shows, is of another service.
    pub(super) fn enters_service(&self) -> bool {
        self.is_root || self.is_top_level
    }

    /// If its trace is dropped, asks the rules for single spans.
    pub(super) fn sample(&mut self, rules: &SpanSampler) {
        let span = self.span;
        if TraceTags::of(&*span.trace).priority() <= 0 {
            let id = span.span_context.span_id();
            self.kept = rules.keep(id, &span.name, &span.span_kind, span.given());
        }
    }

    /// Looks for the parent among the ids of a chunk, which are in order. `services` has the service of each
    /// span.
    pub(super) fn find_parent(&mut self, ids: &[Place], services: &[&str]) {
        let parent = self.span.parent_span_id;
        let is_its_own_parent = parent == self.span.span_context.span_id();
        if self.is_top_level || is_its_own_parent {
            return;
        }
        let found = ids
            .binary_search_by_key(&id(parent).into(), |(id, _)| *id)
            .ok();
        let place = found.and_then(|found| ids.get(found));
        if let Some(service) = place.and_then(|(_, at)| services.get(*at)) {
            self.is_root = false;
            self.is_top_level = *service != self.service;
        }
    }
}
