//! How much a span may hold: what is beyond is dropped.

use opentelemetry::trace::{Event, Link};

/// Attributes and links of a span. OpenTelemetry's default is 128, which a captured payload and a batch that was
/// written by many go beyond.
pub(super) const MAX_ATTRIBUTES: usize = 4_096;
pub(super) const MAX_LINKS: usize = 4_096;
/// OpenTelemetry's default.
pub(super) const MAX_EVENTS: usize = 128;
/// Attributes of an event and of a link: OpenTelemetry's default.
const MAX_ATTRIBUTES_EACH: usize = 128;

pub(super) fn event(mut event: Event) -> Event {
    event.attributes.truncate(MAX_ATTRIBUTES_EACH);
    event
}

pub(super) fn link(mut link: Link) -> Link {
    link.attributes.truncate(MAX_ATTRIBUTES_EACH);
    link
}
