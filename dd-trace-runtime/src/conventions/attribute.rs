//! The attributes of a span, read once: its fields, and its tags under the names Datadog has for them.

use std::borrow::Cow;

use opentelemetry::{KeyValue, Value};

use super::own_tags::OwnTags;

/// What the attributes say. Of several with one key the last counts; the SDK keeps them all.
#[derive(Debug)]
pub(crate) struct Attributes<'a> {
    pub(super) operation: Option<&'a str>,
    pub(crate) resource: Option<&'a str>,
    pub(crate) service: Option<&'a str>,
    pub(super) span_type: Option<&'a str>,
    /// Whether the span failed, whatever its status is.
    pub(crate) error: Option<bool>,
    tags: Tags<'a, Cow<'a, str>>,
    own: Option<&'a OwnTags>,
}

/// What a span was given, before it is read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) attributes: &'a [KeyValue],
    pub(crate) own: Option<&'a OwnTags>,
}

impl<'a> From<&'a [KeyValue]> for Given<'a> {
    fn from(attributes: &'a [KeyValue]) -> Self {
        Self {
            attributes,
            own: None,
        }
    }
}

/// The attributes that are fields of a span.
#[derive(Debug, Default)]
struct Fields<'a> {
    operation: Option<&'a str>,
    resource: Option<&'a str>,
    service: Option<&'a str>,
    span_type: Option<&'a str>,
}

impl<'a> Attributes<'a> {
    pub(crate) fn of(Given { attributes, own }: Given<'a>) -> Self {
        let [mut plain, mut datadog] = [Fields::default(), Fields::default()];
        let mut error = None;
        let mut tags = Tags::for_up_to(attributes.len());
        for attribute in attributes.iter().rev() {
            let value = &attribute.value;
            let field = match attribute.key.as_str() {
                "operation.name" => &mut plain.operation,
                "resource.name" => &mut plain.resource,
                "service.name" => &mut plain.service,
                "span.type" => &mut plain.span_type,
                "datadog.name" => &mut datadog.operation,
                "datadog.resource" => &mut datadog.resource,
                "datadog.service" => &mut datadog.service,
                "datadog.type" => &mut datadog.span_type,
                "datadog.error" => {
                    error = error.or(flag(value));
                    continue;
                }
                key => {
                    if let Some(tag) = tag(key) {
                        tags.insert(tag, value);
                    }
                    continue;
                }
            };
            *field = field.or(text(value));
        }
        Self {
            operation: datadog
                .operation
                .or(plain.operation)
                .or(own.map(|own| &*own.operation)),
            resource: datadog
                .resource
                .or(plain.resource)
                .or(own.map(|own| own.resource.as_str())),
            service: datadog
                .service
                .or(plain.service)
                .or_else(|| own?.service.as_deref()),
            span_type: datadog
                .span_type
                .or(plain.span_type)
                .or(own.map(|own| own.span_type)),
            error,
            tags,
            own,
        }
    }

    /// Each tag once.
    pub(crate) fn tags(&self) -> impl Iterator<Item = (&str, &'a Value)> {
        let entries = self.tags.entries();
        entries.map(|(key, value)| (key.as_ref(), *value))
    }

    /// The library's own tags, as far as they weren't replaced.
    pub(crate) fn own_tags(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let own = self.own.into_iter().flat_map(OwnTags::iter);
        own.filter(|(key, _)| self.tags.get(key).is_none())
    }

    /// The library's own tags if none of them was replaced.
    pub(crate) fn untouched_own_tags(&self) -> Option<&'a OwnTags> {
        let own = self.own?;
        let is_replaced = self.tags().any(|(key, _)| own.has(key));
        (!is_replaced).then_some(own)
    }

    /// The text of one of the library's own tags, under either name.
    pub(crate) fn own_tag(&self, key: &str) -> Option<&'a str> {
        self.own?.get(&tag(key)?)
    }

    /// Whether the library made the span from what the event says.
    pub(crate) fn is_inferred(&self) -> bool {
        self.own.is_some_and(|own| own.is_inferred)
    }

    /// The value of a tag, under either name where OpenTelemetry has one of its own.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.tags.get(&tag(key)?)
    }

    #[inline]
    pub(crate) fn has(&self, tag: &str) -> bool {
        self.tags.get(tag).is_some() || self.own.is_some_and(|own| own.has(tag))
    }

    /// Whether an attribute has become this tag, which none of the library's own tags is.
    #[inline]
    pub(crate) fn is_set(&self, tag: &str) -> bool {
        debug_assert!(!self.own.is_some_and(|own| own.has(tag)), "`{tag}`");
        self.tags.get(tag).is_some()
    }

    /// The text of a tag, unless it is empty.
    #[inline]
    pub(crate) fn text(&self, tag: &str) -> Option<&'a str> {
        self.tags.get(tag).and_then(text)
    }

    /// The text of the first of these tags that has one.
    #[inline]
    pub(crate) fn first_text(&self, tags: [&str; 2]) -> Option<&'a str> {
        let [first, second] = tags;
        self.text(first).or_else(|| self.text(second))
    }
}

/// The attributes of a link or an event, unchanged, each key once.
pub(crate) fn unique(attributes: &[KeyValue]) -> impl Iterator<Item = (&str, &Value)> {
    let mut tags = Tags::for_up_to(attributes.len());
    for attribute in attributes.iter().rev() {
        tags.insert(attribute.key.as_str(), &attribute.value);
    }
    tags.first.into_iter().flatten().chain(tags.others)
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::String(text) if !text.as_str().is_empty() => Some(text.as_str()),
        _ => None,
    }
}

/// The agent takes a number here.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::I64(number) => Some(*number != 0),
        Value::Bool(flag) => Some(*flag),
        _ => None,
    }
}

const HEADER: &str = "http.request.header.";

/// The tag that an attribute becomes; `None` for one that is none.
///
/// The official tracer renames the HTTP attributes in the same way, as Datadog's own pages and
/// metrics are built on the names on the right. Those that begin with `datadog.` say what a span is to
/// be in Datadog, whatever the conventions make of it; it knows no others of that kind.
fn tag(key: &str) -> Option<Cow<'_, str>> {
    let tag = match key {
        "client.address" => "http.client_ip",
        "http.request.body.size" => "http.request.content_length",
        "http.request.header.referrer" => "http.referrer",
        "http.request.method" => "http.method",
        "http.response.body.size" => "http.response.content_length",
        "http.response.status_code" | "datadog.http_status_code" => "http.status_code",
        "network.protocol.version" => "http.version",
        "server.address" => "http.server_name",
        "url.full" => "http.url",
        "user_agent.original" => "http.useragent",
        "datadog.env" => "env",
        "datadog.error.msg" => "error.message",
        "datadog.error.stack" => "error.stack",
        "datadog.error.type" => "error.type",
        "datadog.span.kind" => "span.kind",
        "datadog.version" => "version",
        _ if key.starts_with("datadog.") => return None,
        _ => match key.strip_prefix(HEADER) {
            Some(header) => return Some(["http.request.headers.", header].concat().into()),
            None => key,
        },
    };
    Some(tag.into())
}

/// A small map: a list, and a filter that spares most look-ups the walk through it.
///
/// Spans have a dozen tags and are asked for two dozen that they don't have.
#[derive(Debug)]
struct Tags<'a, K> {
    /// Most spans have no others, so that reading them allocates nothing.
    first: [Option<Entry<'a, K>>; FEW],
    others: Vec<Entry<'a, K>>,
    /// The [`bit`] of every key in the list.
    filter: u64,
}

type Entry<'a, K> = (K, &'a Value);

const FEW: usize = 4;

impl<'a, K: AsRef<str>> Tags<'a, K> {
    fn for_up_to(count: usize) -> Self {
        Self {
            first: [const { None }; FEW],
            others: Vec::with_capacity(count.saturating_sub(FEW)),
            filter: 0,
        }
    }

    fn entries(&self) -> impl Iterator<Item = &Entry<'a, K>> {
        let first = self.first.iter().map_while(Option::as_ref);
        first.chain(&self.others)
    }

    /// Adds a tag, unless there is one of that name.
    fn insert(&mut self, key: K, value: &'a Value) {
        if self.get(key.as_ref()).is_none() {
            self.filter |= bit(key.as_ref());
            match self.first.iter_mut().find(|entry| entry.is_none()) {
                Some(free) => *free = Some((key, value)),
                None => self.others.push((key, value)),
            }
        }
    }

    /// In line, so that the bit of a key that is known where it is asked for is worked out by the compiler.
    #[inline]
    fn get(&self, key: &str) -> Option<&'a Value> {
        if self.filter & bit(key) == 0 {
            return None;
        }
        self.find(key)
    }

    #[inline(never)]
    fn find(&self, key: &str) -> Option<&'a Value> {
        let found = self.entries().find(|(name, _)| name.as_ref() == key);
        found.map(|(_, value)| *value)
    }
}

/// One bit of 64 for a key.
#[inline]
fn bit(key: &str) -> u64 {
    1 << (mix(key) % 64)
}

/// A cheap hash of a key, which the compiler works out if it knows the key: of its length and three of its bytes.
#[inline]
pub(super) fn mix(key: &str) -> usize {
    let bytes = key.as_bytes();
    let byte = |at: usize| bytes.get(at).copied().map_or(0, usize::from);
    let last = bytes.len().wrapping_sub(1);
    bytes.len() + 7 * byte(bytes.len() / 2) + 31 * byte(last) + 101 * byte(last.wrapping_sub(1))
}
