//! What is known of one source of events.

use std::borrow::Cow;
use std::time::SystemTime;

use super::event::Event;

/// How events of one source are recognised, and what they say to spans.
pub(super) struct Source {
    /// The value of the tag `function_trigger.event_source`, where Datadog has one for it.
    pub(super) name: &'static str,
    pub(super) matches: fn(&Event<'_>) -> bool,
    /// What sent the event; some sources say it by the ARN of the function that was invoked.
    pub(super) arn: for<'a> fn(&Event<'a>, &str) -> Option<Cow<'a, str>>,
    /// What else the invocation's own span says of where it comes from.
    pub(super) tags: fn(&Event<'_>) -> Tags,
    /// `Some` where a caller waits for an HTTP response.
    pub(super) http: Option<fn(&Event<'_>) -> HttpRequest>,
    /// The work before the function, if the event says when it began.
    pub(super) inferred: fn(&Event<'_>) -> Option<InferredSpan>,
    /// The items that the records say were written.
    pub(super) pointers: fn(&Event<'_>) -> Vec<SpanPointer>,
}

impl Source {
    /// To be filled in: matches nothing and says nothing.
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

/// What the tags `http.*` say of a request. No address in it has its query string, in which people send secrets:
/// Datadog's tracers look for them with a regular expression, and can be told to leave the whole string out.
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
    /// When it began; `None` where the event doesn't say.
    pub(crate) start: Option<SystemTime>,
    /// When it ended; `None` if what comes after it ends it.
    pub(crate) end: Option<SystemTime>,
    pub(crate) tags: Vec<(&'static str, String)>,
    /// Whether its caller waits for the function.
    pub(crate) is_sync: bool,
    /// The span before it: the topic whose message is in the queue.
    pub(crate) before: Option<Box<InferredSpan>>,
}

/// From what the service of an inferred span is resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InferredService {
    /// The key of `DD_SERVICE_MAPPING` for this instance.
    pub(crate) specific: String,
    /// The key for all of its kind.
    pub(crate) generic: &'static str,
    pub(crate) instance: String,
    pub(crate) fallback: String,
}

impl InferredService {
    /// Where the instance's name is the key too.
    pub(super) fn of(instance: &str, generic: &'static str, fallback: &str) -> Self {
        Self {
            specific: instance.to_owned(),
            generic,
            instance: instance.to_owned(),
            fallback: fallback.to_owned(),
        }
    }
}

/// A link to whoever wrote an item, by a hash that both sides can compute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SpanPointer {
    /// `aws.s3.object` or `aws.dynamodb.item`.
    pub(crate) kind: &'static str,
    pub(crate) hash: String,
}

/// More than any source but API Gateway has.
const USUAL_TAGS: usize = 8;

/// Tags of a span: those that the event has a value for.
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

    // Once, and not for each tag of each source.
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
