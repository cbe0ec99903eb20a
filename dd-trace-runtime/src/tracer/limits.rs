//! How many attributes, events and links a span may have. Any more are dropped.

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, Link};

/// Attributes and links of a span. OpenTelemetry's default is 128, which captured payloads and batches with many
/// producers exceed.
const MAX_ATTRIBUTES: usize = 4_096;
const MAX_LINKS: usize = 4_096;
/// OpenTelemetry's default.
const MAX_EVENTS: usize = 128;
/// Attributes of an event and of a link: OpenTelemetry's default.
const MAX_ATTRIBUTES_EACH: usize = 128;

pub(super) fn attributes(given: Option<Vec<KeyValue>>) -> Vec<KeyValue> {
    first(given, MAX_ATTRIBUTES)
}

pub(super) fn events(given: Option<Vec<Event>>) -> Vec<Event> {
    let mut events = first(given, MAX_EVENTS);
    for event in &mut events {
        event.attributes.truncate(MAX_ATTRIBUTES_EACH);
    }
    events
}

pub(super) fn links(given: Option<Vec<Link>>) -> Vec<Link> {
    let mut links = first(given, MAX_LINKS);
    for link in &mut links {
        link.attributes.truncate(MAX_ATTRIBUTES_EACH);
    }
    links
}

fn first<T>(given: Option<Vec<T>>, max: usize) -> Vec<T> {
    let mut given = given.unwrap_or_default();
    given.truncate(max);
    given
}

pub(super) fn push_attribute(attributes: &mut Vec<KeyValue>, attribute: KeyValue) {
    if attributes.len() < MAX_ATTRIBUTES {
        attributes.push(attribute);
    }
}

pub(super) fn push_event(events: &mut Vec<Event>, mut event: Event) {
    if events.len() < MAX_EVENTS {
        event.attributes.truncate(MAX_ATTRIBUTES_EACH);
        events.push(event);
    }
}

pub(super) fn push_link(links: &mut Vec<Link>, mut link: Link) {
    if links.len() < MAX_LINKS {
        link.attributes.truncate(MAX_ATTRIBUTES_EACH);
        links.push(link);
    }
}
