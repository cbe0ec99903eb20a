//! The ids of a producer, which are all that a span link says of it.

use opentelemetry::propagation::Extractor;

use super::{PropagationConfig, Style, b3, datadog, tracecontext};
use crate::context::trace_context::TraceContext;

/// What a style found in a carrier, without the rest of the trace context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ids {
    pub(super) trace_id: u128,
    pub(super) parent_id: u64,
    pub(super) priority: Option<i8>,
}

/// Whether the header may have an id or the priority.
pub(super) fn are_in(header: &str) -> bool {
    !matches!(header, "x-datadog-origin" | "tracestate" | "baggage")
}

/// As all of a trace context is read, without what a link has no place for.
pub(super) fn extract(config: &PropagationConfig, extractor: &dyn Extractor) -> Option<Ids> {
    let mut found: Option<Ids> = None;
    for style in &config.extract {
        let next = match style {
            Style::Datadog => datadog::ids(extractor, config.tags_max_length),
            Style::TraceContext => tracecontext::ids(extractor),
            Style::B3 => b3::extract_single(extractor).map(|found| Ids::of(&found.context)),
            Style::B3Multi => b3::extract_multi(extractor).map(|found| Ids::of(&found.context)),
            Style::Baggage => None,
        };
        found = match (found, next) {
            (Some(first), Some(next)) => Some(first.merge(next, *style)),
            (first, next) => first.or(next),
        };
        if config.extract_first && found.is_some_and(Ids::are_usable) {
            break;
        }
    }
    found.filter(|found| found.are_usable())
}

impl Ids {
    fn of(context: &TraceContext) -> Self {
        Self {
            trace_id: context.trace_id(),
            parent_id: context.parent_id(),
            priority: context.sampling_priority(),
        }
    }

    fn are_usable(self) -> bool {
        self.trace_id != 0 && self.parent_id != 0
    }

    /// Adds what a style of lower precedence found to what is there.
    fn merge(self, next: Self, style: Style) -> Self {
        if self.trace_id != next.trace_id {
            return if self.are_usable() { self } else { next };
        }
        if style == Style::TraceContext {
            return Self {
                priority: self.priority.or(next.priority),
                ..next
            };
        }
        self
    }
}

impl From<Ids> for TraceContext {
    fn from(ids: Ids) -> Self {
        Self::new(ids.trace_id, ids.parent_id, ids.priority)
    }
}
