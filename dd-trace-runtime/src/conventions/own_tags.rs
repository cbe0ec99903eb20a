//! The tags of a span that the library makes itself.

use std::borrow::Cow;

use opentelemetry::{KeyValue, StringValue};

use super::written_tags::WrittenTags;

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
    tags: WrittenTags,
}

/// The flag of an inferred span, a number.
pub(crate) const INFERRED: &str = "_dd._inferred_span";

impl OwnTags {
    pub(crate) fn new(
        operation: &'static str,
        resource: impl Into<StringValue>,
        span_type: &'static str,
    ) -> Self {
        Self::of(WrittenTags::new(), operation, resource, span_type)
    }

    /// Those of a call to another service, or of a record: a few.
    pub(crate) fn of_call(
        operation: impl Into<Cow<'static, str>>,
        resource: impl Into<StringValue>,
        span_type: &'static str,
    ) -> Self {
        Self::of(WrittenTags::of_call(), operation, resource, span_type)
    }

    /// With these tags.
    pub(crate) fn of(
        tags: WrittenTags,
        operation: impl Into<Cow<'static, str>>,
        resource: impl Into<StringValue>,
        span_type: &'static str,
    ) -> Self {
        Self {
            operation: operation.into(),
            resource: resource.into(),
            service: None,
            span_type,
            is_inferred: false,
            tags,
        }
    }

    /// A copy with room for more tags.
    pub(crate) fn extended(&self) -> Self {
        let mut tags = WrittenTags::new();
        tags.append(&self.tags);
        Self {
            operation: self.operation.clone(),
            resource: self.resource.clone(),
            service: self.service.clone(),
            span_type: self.span_type,
            is_inferred: self.is_inferred,
            tags,
        }
    }

    /// Adds a tag, of whose name there is none yet.
    #[inline]
    pub(crate) fn tag(&mut self, key: &'static str, value: &str) {
        self.tags.tag(key, value);
    }

    /// Adds a tag where there is a value for it.
    pub(crate) fn tag_if(&mut self, key: &'static str, value: Option<impl AsRef<str>>) {
        self.tags.tag_if(key, value);
    }

    /// Adds a tag whose value consists of these parts.
    #[cfg(any(feature = "aws", feature = "tower"))]
    pub(crate) fn tag_joined(&mut self, key: &'static str, parts: &[&str]) {
        self.tags.tag_joined(key, parts);
    }

    /// Adds copies of other tags.
    pub(crate) fn append(&mut self, others: &WrittenTags) {
        self.tags.append(others);
    }

    #[inline]
    pub(crate) fn has(&self, key: &str) -> bool {
        self.tags.has(key)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.tags.get(key)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.tags.iter()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.tags.len()
    }

    /// The entries of a map of `MessagePack`.
    pub(crate) fn written(&self) -> &[u8] {
        self.tags.written()
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

#[cfg(test)]
mod tests {
    use super::super::written_tags::VALUE_LIMIT;
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
