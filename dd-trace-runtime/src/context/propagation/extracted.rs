//! Combines what the styles found.

use opentelemetry::propagation::Extractor;

use super::{Style, tracestate};
use crate::context::trace_context::{TerminatedContext, TraceContext};

/// What one style found in a carrier.
#[derive(Debug)]
pub(super) struct Extracted {
    pub(super) style: Style,
    pub(super) context: TraceContext,
    /// Whether a span can have it as its parent. Datadog's headers without a parent id don't suffice, but they
    /// know more than the `traceparent` of the same trace.
    pub(super) usable: bool,
}

impl Extracted {
    /// Adds what a style of lower precedence found to what is there.
    pub(super) fn merge(&mut self, other: Self, extractor: &dyn Extractor) {
        if self.context.trace_id() != other.context.trace_id() {
            if !self.usable {
                *self = other;
            } else if other.usable && other.context.parent_id() != 0 {
                self.context
                    .terminated
                    .push(other.into_terminated(extractor));
            }
        } else if other.style == Style::TraceContext {
            self.take_tracecontext(other.context, extractor);
        }
    }

    /// Takes the `tracestate` of the same trace. Its parent is the nearer one: a service that knows only W3C
    /// passes Datadog's headers on unchanged.
    fn take_tracecontext(&mut self, other: TraceContext, extractor: &dyn Extractor) {
        let parent_id = self.context.parent_id();
        if parent_id != other.parent_id() {
            let last = other.last_datadog_parent();
            self.context.last_parent_id = last.or((parent_id != 0).then_some(parent_id));
            self.context.parent_id = other.parent_id();
        }
        let is_open = || {
            let header = tracestate::header(extractor);
            header.is_some_and(|header| tracestate::leaves_open(&header))
        };
        if self.context.sampling_priority.is_none() && !is_open() {
            self.context.sampling_priority = other.sampling_priority;
        }
        self.context.set_vendor_members(other.into_vendor_members());
        self.usable = true;
    }

    fn into_terminated(self, extractor: &dyn Extractor) -> TerminatedContext {
        let tracestate = (self.style == Style::TraceContext)
            .then(|| tracestate::header(extractor))
            .flatten();
        TerminatedContext {
            trace_id: self.context.trace_id(),
            span_id: self.context.parent_id(),
            sampled: self.context.sampling_priority().is_some_and(|p| p > 0),
            tracestate: tracestate.map(|header| tracestate::linked(&header).to_owned()),
            context_headers: self.style.name(),
            reason: TerminatedContext::OTHER_TRACE,
        }
    }
}
