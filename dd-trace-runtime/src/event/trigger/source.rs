//! What is known about one source of events.

use std::borrow::Cow;
use std::time::SystemTime;

use super::event::Event;
use crate::conventions::WrittenTags;
use crate::event::span_pointer::SpanPointer;

/// How events of one source are recognised, and what spans learn from them.
pub(super) struct Source {
    /// The value of the tag `function_trigger.event_source`, if Datadog has one for it.
    pub(super) name: &'static str,
    pub(super) matches: fn(&Event<'_>) -> bool,
    /// Whether a caller waits for an HTTP response.
    pub(super) is_http: bool,
    /// What the event says, and the ARN by which the function was invoked.
    pub(super) details: for<'a> fn(&Event<'a>, &str) -> Details<'a>,
    /// The items that were written, according to the records.
    pub(super) pointers: fn(&Event<'_>) -> Vec<SpanPointer>,
}

impl Source {
    /// A template, which matches nothing and adds nothing.
    pub(super) const NONE: Self = Self {
        name: "",
        matches: |_| false,
        is_http: false,
        details: |_, _| Details::NONE,
        pointers: |_| Vec::new(),
    };
}

/// What spans learn from an event, each member of it read once.
#[derive(Debug, Default)]
pub(crate) struct Details<'a> {
    /// What sent the event. Some sources name it in the ARN of the function that was invoked.
    pub(crate) arn: Option<Cow<'a, str>>,
    /// Further tags of the invocation's own span about the source.
    pub(crate) tags: Option<WrittenTags>,
    pub(crate) http: Option<HttpRequest<'a>>,
    /// The work before the function, if the event says when it began.
    pub(crate) inferred: Option<InferredSpan<'a>>,
}

impl<'a> Details<'a> {
    pub(super) const NONE: Self = Self {
        arn: None,
        tags: None,
        http: None,
        inferred: None,
    };

    /// Of an event that says no more than what sent it.
    pub(super) fn of_arn(arn: Option<Cow<'a, str>>) -> Self {
        Self { arn, ..Self::NONE }
    }

    /// Of an event whose span has the ARN as a tag, too.
    pub(super) fn with_span(
        arn: Option<Cow<'a, str>>,
        span: impl FnOnce(Cow<'a, str>) -> Option<InferredSpan<'a>>,
    ) -> Self {
        Self {
            inferred: arn.clone().and_then(span),
            ..Self::of_arn(arn)
        }
    }
}

/// The tags `http.*` of a request. No address in them has its query string, in which people send secrets:
/// Datadog's tracers look for those with a regular expression, and can be told to leave out the whole string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HttpRequest<'a> {
    pub(crate) url: Option<Cow<'a, str>>,
    pub(crate) path: Option<Cow<'a, str>>,
    pub(crate) method: Option<Cow<'a, str>>,
    pub(crate) route: Option<Cow<'a, str>>,
    pub(crate) referer: Option<Cow<'a, str>>,
    pub(crate) user_agent: Option<Cow<'a, str>>,
}

/// An address, or a path, up to its query string or fragment.
pub(super) fn without_query(address: &str) -> &str {
    let end = address.bytes().position(|byte| matches!(byte, b'?' | b'#'));
    end.and_then(|end| address.get(..end)).unwrap_or(address)
}

/// A span for what happened before the function: a request to a gateway, a message in a queue.
#[derive(Debug, Clone)]
pub(crate) struct InferredSpan<'a> {
    pub(crate) name: &'static str,
    /// `web` or `http`.
    pub(crate) span_type: &'static str,
    pub(crate) service: InferredService<'a>,
    pub(crate) resource: Cow<'a, str>,
    /// When it began; `None` if the event doesn't say.
    pub(crate) start: Option<SystemTime>,
    /// When it ended; `None` if the start of the next span ends it.
    pub(crate) end: Option<SystemTime>,
    pub(crate) tags: WrittenTags,
    /// Whether its caller waits for the function.
    pub(crate) is_sync: bool,
    /// The span before it, such as the topic whose message is in the queue.
    pub(crate) before: Option<Box<InferredSpan<'a>>>,
}

impl<'a> InferredSpan<'a> {
    /// Adds a tag, if the event has a value for it.
    pub(super) fn tag(&mut self, key: &'static str, value: Option<Cow<'a, str>>) {
        self.tags.tag_if(key, value);
    }

    /// The same, of a text that doesn't last.
    pub(super) fn into_owned(self) -> InferredSpan<'static> {
        InferredSpan {
            service: self.service.into_owned(),
            resource: owned(self.resource),
            before: self.before.map(|before| Box::new(before.into_owned())),
            ..self
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

/// The names that decide the service of an inferred span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InferredService<'a> {
    /// The key of `DD_SERVICE_MAPPING` for this instance.
    pub(crate) specific: Cow<'a, str>,
    /// The key for all instances of its kind.
    pub(crate) generic: &'static str,
    pub(crate) instance: Cow<'a, str>,
    pub(crate) fallback: Cow<'a, str>,
}

impl<'a> InferredService<'a> {
    /// For a kind whose instances are keyed by their names.
    pub(super) fn of(
        instance: Cow<'a, str>,
        generic: &'static str,
        fallback: &'static str,
    ) -> Self {
        Self {
            specific: instance.clone(),
            generic,
            instance,
            fallback: fallback.into(),
        }
    }

    fn into_owned(self) -> InferredService<'static> {
        InferredService {
            specific: owned(self.specific),
            generic: self.generic,
            instance: owned(self.instance),
            fallback: owned(self.fallback),
        }
    }
}
