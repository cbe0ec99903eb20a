//! The attributes of a span, read once: its fields, and its tags under the names Datadog has for them.

use opentelemetry::{KeyValue, Value};

/// What the attributes say. Of several with one key the last counts; the SDK keeps them all.
#[derive(Debug)]
pub(crate) struct Attributes<'a> {
    pub(super) operation: Option<&'a str>,
    pub(crate) resource: Option<&'a str>,
    pub(crate) service: Option<&'a str>,
    pub(super) span_type: Option<&'a str>,
    tags: Tags<'a>,
}

impl<'a> Attributes<'a> {
    pub(crate) fn of(attributes: &'a [KeyValue]) -> Self {
        let mut read = Self {
            operation: None,
            resource: None,
            service: None,
            span_type: None,
            tags: Tags::with_capacity(attributes.len()),
        };
        for attribute in attributes.iter().rev() {
            let field = match attribute.key.as_str() {
                "operation.name" => &mut read.operation,
                "resource.name" => &mut read.resource,
                "service.name" => &mut read.service,
                "span.type" => &mut read.span_type,
                key => {
                    read.tags.insert(tag(key), &attribute.value);
                    continue;
                }
            };
            *field = field.or(text(&attribute.value));
        }
        read
    }

    /// Each tag once.
    pub(super) fn tags(&self) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.tags.entries.iter().copied()
    }

    /// The value of a tag, under either name where OpenTelemetry has one of its own.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.tags.get(tag(key))
    }

    pub(super) fn has(&self, tag: &str) -> bool {
        self.tags.get(tag).is_some()
    }

    /// The text of a tag, unless it is empty.
    pub(super) fn text(&self, tag: &str) -> Option<&'a str> {
        self.tags.get(tag).and_then(text)
    }
}

/// Attributes as they are, each key once: those of a link or an event.
pub(super) fn unique(attributes: &[KeyValue]) -> impl Iterator<Item = (&str, &Value)> {
    let mut tags = Tags::with_capacity(attributes.len());
    for attribute in attributes.iter().rev() {
        tags.insert(attribute.key.as_str(), &attribute.value);
    }
    tags.entries.into_iter()
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) if !text.as_str().is_empty() => Some(text.as_str()),
        _ => None,
    }
}

/// The tag that an attribute becomes.
///
/// The official tracer renames the HTTP attributes in the same way, as Datadog's own pages and
/// metrics are built on the names on the right.
fn tag(key: &str) -> &str {
    match key {
        "client.address" => "http.client_ip",
        "http.request.body.size" => "http.request.content_length",
        "http.request.method" => "http.method",
        "http.response.body.size" => "http.response.content_length",
        "http.response.status_code" => "http.status_code",
        "network.protocol.version" => "http.version",
        "server.address" => "http.server_name",
        "url.full" => "http.url",
        "user_agent.original" => "http.useragent",
        _ => key,
    }
}

/// A small map: a list, and a filter that spares most look-ups the walk through it.
///
/// Spans have a dozen tags and are asked for two dozen that they don't have.
#[derive(Debug)]
struct Tags<'a> {
    entries: Vec<(&'a str, &'a Value)>,
    /// The [`bit`] of every key in the list.
    filter: u64,
}

impl<'a> Tags<'a> {
    fn with_capacity(capacity: usize) -> Self {
        Self {
            entries: Vec::with_capacity(capacity),
            filter: 0,
        }
    }

    /// Adds a tag, unless there is one of that name.
    fn insert(&mut self, key: &'a str, value: &'a Value) {
        if self.get(key).is_none() {
            self.filter |= bit(key);
            self.entries.push((key, value));
        }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        if self.filter & bit(key) == 0 {
            return None;
        }
        self.entries
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| *value)
    }
}

/// One bit of 64 for a key: by its length and two of its bytes.
fn bit(key: &str) -> u64 {
    let bytes = key.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().map_or(0, usize::from);
    let mixed = bytes.len() + 7 * byte(bytes.len() / 2) + 31 * byte(bytes.len().wrapping_sub(1));
    1 << (mixed % 64)
}
