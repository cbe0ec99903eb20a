//! What is known about one source of events.

use std::borrow::Cow;
use std::time::SystemTime;

use super::event::Event;
use crate::event::span_pointer::SpanPointer;

/// How events of one source are recognised, and what spans learn from them.
pub(super) struct Source {
    /// The value of the tag `function_trigger.event_source`, if Datadog has one for it.
    pub(super) name: &'static str,
    pub(super) matches: fn(&Event<'_>) -> bool,
    /// What sent the event. Some sources name it in the ARN of the function that was invoked.
    pub(super) arn: for<'a> fn(&Event<'a>, &str) -> Option<Cow<'a, str>>,
    /// Further tags of the invocation's own span about the source.
    pub(super) tags: fn(&Event<'_>) -> Tags,
    /// `Some` if a caller waits for an HTTP response.
    pub(super) http: Option<fn(&Event<'_>) -> HttpRequest>,
    /// The work before the function, if the event says when it began.
    pub(super) inferred: fn(&Event<'_>) -> Option<InferredSpan>,
    /// The items that were written, according to the records.
    pub(super) pointers: fn(&Event<'_>) -> Vec<SpanPointer>,
}

impl Source {
    /// A template, which matches nothing and adds nothing.
    pub(super) const NONE: Self = Self {
        name: "",
        matches: |_| false,
        arn: |_, _| None,
        tags: |_| Tags(Vec::new()),
        http: None,
        inferred: |_| None,
        pointers: |_| Vec::new(),
    };
}

/// The tags `http.*` of a request. No address in them has its query string, in which people send secrets:
/// Datadog's tracers look for those with a regular expression, and can be told to leave out the whole string.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct HttpRequest {
    pub(crate) url: Option<String>,
    pub(crate) path: Option<String>,
    pub(crate) method: Option<String>,
    pub(crate) route: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) user_agent: Option<String>,
}

/// An address, or a path, up to its query string or fragment.
pub(super) fn without_query(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// A span for what happened before the function: a request to a gateway, a message in a queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InferredSpan {
    pub(crate) name: &'static str,
    /// `web` or `http`.
    pub(crate) span_type: &'static str,
    pub(crate) service: InferredService,
    pub(crate) resource: String,
    /// When it began; `None` if the event doesn't say.
    pub(crate) start: Option<SystemTime>,
    /// When it ended; `None` if the start of the next span ends it.
    pub(crate) end: Option<SystemTime>,
    pub(crate) tags: Vec<(&'static str, String)>,
    /// Whether its caller waits for the function.
    pub(crate) is_sync: bool,
    /// The span before it, such as the topic whose message is in the queue.
    pub(crate) before: Option<Box<InferredSpan>>,
}

/// The names that decide the service of an inferred span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InferredService {
    /// The key of `DD_SERVICE_MAPPING` for this instance.
    pub(crate) specific: String,
    /// The key for all instances of its kind.
    pub(crate) generic: &'static str,
    pub(crate) instance: String,
    pub(crate) fallback: String,
}

impl InferredService {
    /// For a kind whose instances are keyed by their names.
    pub(super) fn of(instance: &str, generic: &'static str, fallback: &str) -> Self {
        Self {
            specific: instance.to_owned(),
            generic,
            instance: instance.to_owned(),
            fallback: fallback.to_owned(),
        }
    }
}

/// More than any source but API Gateway has.
const USUAL_TAGS: usize = 8;

/// Tags of a span that the event has a value for.
#[derive(Debug, Default)]
pub(super) struct Tags(Vec<(&'static str, String)>);

impl Tags {
    pub(super) fn with<'a>(
        mut self,
        key: &'static str,
        value: Option<impl Into<Cow<'a, str>>>,
    ) -> Self {
        if let Some(value) = value {
            self.push(key, value.into());
        }
        self
    }

    // Out of line: otherwise there would be a copy for each tag of each source.
    #[inline(never)]
    fn push(&mut self, key: &'static str, value: Cow<'_, str>) {
        if self.0.capacity() == 0 {
            self.0.reserve_exact(USUAL_TAGS);
        }
        self.0.push((key, value.into_owned()));
    }

    pub(super) fn into_vec(self) -> Vec<(&'static str, String)> {
        self.0
    }
}
