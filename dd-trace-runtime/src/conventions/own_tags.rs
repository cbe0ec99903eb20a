//! The tags of a span that the library makes itself.

use std::borrow::Cow;

use opentelemetry::{KeyValue, StringValue};

use super::attribute::mix;
use crate::msgpack::{Msgpack, raw_texts, texts};

/// The longest value of a tag, in bytes. The agent cuts what is longer (`pkg/trace/agent/truncator.go`).
pub(crate) const VALUE_LIMIT: usize = 25_000;

/// Room for most tags of an invocation, or of what came before it.
const OF_INVOCATION: usize = 1_024;
/// Room for most tags of a call to another service.
#[cfg(any(feature = "aws", feature = "tower"))]
const OF_CALL: usize = 384;

/// What a span of ours is and says, its tags written once, as they will be sent.
///
/// An attribute that is set on the span takes the place of the tag of that name.
#[derive(Debug, Clone)]
pub(crate) struct OwnTags {
    pub(crate) operation: Cow<'static, str>,
    pub(crate) resource: StringValue,
    /// Set if it differs from the service of the process.
    pub(crate) service: Option<Cow<'static, str>>,
    pub(crate) span_type: &'static str,
    /// Made from what the event says of the time before the function.
    pub(crate) is_inferred: bool,
    /// Names and values in turn.
    written: Msgpack,
    count: usize,
    names: Names,
}

/// The flag of an inferred span, a number.
pub(crate) const INFERRED: &str = "_dd._inferred_span";

impl OwnTags {
    pub(crate) fn new(
        operation: &'static str,
        resource: impl Into<StringValue>,
        span_type: &'static str,
    ) -> Self {
        let names = (operation.into(), resource.into(), span_type);
        Self::with_room(OF_INVOCATION, names)
    }

    /// Those of a call to another service.
    #[cfg(any(feature = "aws", feature = "tower"))]
    pub(crate) fn of_call(
        operation: impl Into<Cow<'static, str>>,
        resource: impl Into<StringValue>,
        span_type: &'static str,
    ) -> Self {
        let names = (operation.into(), resource.into(), span_type);
        Self::with_room(OF_CALL, names)
    }

    fn with_room(
        bytes: usize,
        (operation, resource, span_type): (Cow<'static, str>, StringValue, &'static str),
    ) -> Self {
        Self {
            operation,
            resource,
            service: None,
            span_type,
            is_inferred: false,
            written: Msgpack::with_capacity(bytes),
            count: 0,
            names: Names::default(),
        }
    }

    /// A copy with room for more tags.
    pub(crate) fn extended(&self) -> Self {
        let names = (
            self.operation.clone(),
            self.resource.clone(),
            self.span_type,
        );
        let mut tags = Self::with_room(OF_INVOCATION, names);
        tags.service.clone_from(&self.service);
        tags.is_inferred = self.is_inferred;
        tags.written.append(self.written.as_slice());
        tags.count = self.count;
        tags.names = self.names;
        tags
    }

    /// Adds a tag, of whose name there is none yet.
    #[inline]
    pub(crate) fn tag(&mut self, key: &'static str, value: &str) {
        self.name(key);
        self.written.text(value, VALUE_LIMIT);
    }

    /// The same, with a value that consists of these parts.
    #[cfg(any(feature = "aws", feature = "tower"))]
    pub(crate) fn tag_joined(&mut self, key: &'static str, parts: &[&str]) {
        self.name(key);
        self.written.joined(parts, VALUE_LIMIT);
    }

    #[inline]
    fn name(&mut self, key: &'static str) {
        debug_assert!(!self.has(key), "`{key}` is there twice");
        self.count += 1;
        self.names.add(key);
        self.written.key(key);
    }

    /// Adds a tag where there is a value for it.
    pub(crate) fn tag_if(&mut self, key: &'static str, value: Option<impl AsRef<str>>) {
        if let Some(value) = value {
            self.tag(key, value.as_ref());
        }
    }

    #[inline]
    pub(crate) fn has(&self, key: &str) -> bool {
        self.names.may_have(key) && self.walk_has(key)
    }

    #[inline(never)]
    fn walk_has(&self, key: &str) -> bool {
        let mut names = raw_texts(self.written.as_slice()).step_by(2);
        names.any(|name| name == key.as_bytes())
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let mut tags = self.iter();
        tags.find_map(|(known, value)| (known == key).then_some(value))
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let mut texts = texts(self.written.as_slice());
        std::iter::from_fn(move || Some((texts.next()?, texts.next()?)))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// The entries of a map of `MessagePack`.
    pub(crate) fn written(&self) -> &[u8] {
        self.written.as_slice()
    }

    /// The same for a tracer that knows attributes alone.
    pub(crate) fn into_attributes(self) -> Vec<KeyValue> {
        let mut attributes = vec![
            KeyValue::new("operation.name", self.operation.clone()),
            KeyValue::new("resource.name", self.resource.clone()),
            KeyValue::new("span.type", self.span_type),
        ];
        let service = self.service.clone();
        attributes.extend(service.map(|service| KeyValue::new("service.name", service)));
        if self.is_inferred {
            attributes.push(KeyValue::new(INFERRED, 1.0));
        }
        let tags = self.iter();
        attributes.extend(tags.map(|(key, value)| KeyValue::new(key.to_owned(), value.to_owned())));
        attributes
    }
}

/// A filter of names. It spares most questions for a tag that isn't there the walk through the tags.
#[derive(Debug, Clone, Copy, Default)]
struct Names([u64; 4]);

impl Names {
    #[inline]
    fn add(&mut self, name: &str) {
        let (word, bit) = Self::place(name);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    #[inline]
    fn may_have(&self, name: &str) -> bool {
        let (word, bit) = Self::place(name);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    #[inline]
    fn place(name: &str) -> (usize, u64) {
        let hash = mix(name);
        (hash / 64 % 4, 1 << (hash % 64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags() -> OwnTags {
        let mut tags = OwnTags::new("aws.lambda", "checkout", "serverless");
        tags.tag("request_id", "1");
        tags.tag("empty", "");
        tags.tag_if("none", None::<&str>);
        tags.tag_if("function_arn", Some("arn"));
        tags
    }

    #[test]
    fn tags_are_found_by_their_names() {
        let tags = tags();
        assert!(tags.has("request_id") && tags.has("empty") && !tags.has("none"));
        assert!(!tags.has("1"), "a value is no name");
        assert_eq!(tags.get("function_arn"), Some("arn"));
        assert_eq!(tags.len(), 3);
    }

    #[test]
    fn a_value_is_cut_to_what_is_sent_of_it() {
        let mut tags = tags();
        tags.tag("long", &"x".repeat(VALUE_LIMIT + 1));
        assert_eq!(tags.get("long").map(str::len), Some(VALUE_LIMIT));
    }

    #[test]
    fn another_tracer_gets_them_as_attributes() {
        let mut tags = tags();
        tags.service = Some("shop".into());
        tags.is_inferred = true;
        let attributes = tags.into_attributes();
        let attributes = attributes
            .iter()
            .map(|it| (it.key.as_str(), it.value.as_str()));
        let expected = [
            ("operation.name", "aws.lambda"),
            ("resource.name", "checkout"),
            ("span.type", "serverless"),
            ("service.name", "shop"),
            ("_dd._inferred_span", "1"),
            ("request_id", "1"),
            ("empty", ""),
            ("function_arn", "arn"),
        ];
        assert!(attributes.eq(expected.map(|(key, value)| (key, value.into()))));
    }
}
