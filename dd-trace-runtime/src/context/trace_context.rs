//! The place of the next span in a trace, and what travels with the trace.

use std::borrow::Cow;
use std::sync::Arc;

use super::header_text::is_printable;
use super::propagation_tags::{MAX_TAGS, PropagationTags};
use crate::digits::halves;
use crate::log;

/// The prefix of the tags that travel with a trace.
pub(crate) const TAG_PREFIX: &str = "_dd.p.";
/// The tag with the upper half of the trace id: Datadog's id headers hold 64 bits.
pub(crate) const TRACE_ID_HIGH: &str = "_dd.p.tid";
/// The mechanism that took the sampling decision.
pub(crate) const DECISION_MAKER: &str = "_dd.p.dm";
/// The sample rate that the decision followed, if any.
pub(crate) const SAMPLE_RATE: &str = "_dd.p.ksr";

/// The longest origin, in bytes; those that Datadog's products write have a few words.
const MAX_ORIGIN: usize = 256;

/// The beginning of the origin of traces that a synthetic test starts, such as `synthetics-browser`. Only they
/// have no parent span.
const SYNTHETICS: &str = "synthetics";
/// The origin of traces that a browser starts. The first server takes their sampling decision.
pub(crate) const RUM: &str = "rum";

/// A position in a distributed trace: the next span is a child of `parent_id`.
///
/// It holds everything that Datadog's tracers propagate: the ids, the sampling priority, the origin, the
/// `_dd.p.*` tags, the baggage, and the `tracestate` members of other vendors.
///
/// ```
/// use dd_trace_runtime::TraceContext;
///
/// let context = TraceContext::new(0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c, 0xb7ad_6b71_6920_3331, Some(2))
///     .with_origin("synthetics")
///     .with_tag("_dd.p.dm", "-4")
///     .with_baggage("user.id", "42");
/// assert_eq!(context.sampling_priority(), Some(2));
/// assert_eq!(context.tags().collect::<Vec<_>>(), [("_dd.p.dm", "-4")]);
/// ```
#[derive(Debug, Clone)]
pub struct TraceContext {
    trace_id: u128,
    pub(crate) parent_id: u64,
    pub(crate) sampling_priority: Option<i8>,
    /// `None` is as good as an empty one.
    shared: Option<Arc<Shared>>,
    pub(crate) baggage: Vec<BaggageItem>,
    /// The last Datadog span of the trace, if `traceparent` names the parent, which may be a span of another vendor:
    /// the `p` of `tracestate`, 0 if that has none, and the tag `_dd.parent_id` when it is sent.
    pub(crate) last_parent_id: Option<u64>,
    /// What was wrong with the headers: the tag `_dd.propagation_error`.
    pub(crate) propagation_error: Option<Cow<'static, str>>,
    /// The contexts in the same headers that belong to other traces.
    pub(crate) terminated: Vec<TerminatedContext>,
}

/// What every span of a trace has alike. The contexts of a trace share it, until one of them changes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Shared {
    origin: Option<String>,
    tags: PropagationTags,
    /// The members of `tracestate` except `dd`, as they arrived: `a=1,b=2`.
    vendor_members: String,
}

/// An item of baggage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BaggageItem {
    pub(crate) key: String,
    pub(crate) value: String,
    /// What follows the value, `k=v;k2`, as it arrived; usually empty.
    pub(crate) properties: String,
}

/// A trace that ends here.
///
/// The first span links to it, with the attributes `reason` and `context_headers`, which is the style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TerminatedContext {
    pub(crate) trace_id: u128,
    pub(crate) span_id: u64,
    pub(crate) sampled: bool,
    /// The `tracestate` header, if the style has one.
    pub(crate) tracestate: Option<String>,
    pub(crate) context_headers: &'static str,
    pub(crate) reason: &'static str,
}

impl TerminatedContext {
    /// Headers in another style named another trace.
    pub(crate) const OTHER_TRACE: &'static str = "terminated_context";
    /// `DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT` asks for a new trace.
    pub(crate) const RESTARTED: &'static str = "propagation_behavior_extract";
}

impl TraceContext {
    /// A context with only ids and a sampling priority. -1 and 0 drop the trace, 1 and 2 keep it; -1 and 2 are
    /// a user's choice.
    ///
    /// `None` means that the producer sent no priority. The trace is then kept.
    #[must_use]
    pub const fn new(trace_id: u128, parent_id: u64, sampling_priority: Option<i8>) -> Self {
        Self {
            trace_id,
            parent_id,
            sampling_priority,
            shared: None,
            baggage: Vec::new(),
            last_parent_id: None,
            propagation_error: None,
            terminated: Vec::new(),
        }
    }

    /// The 128-bit id of the trace.
    #[must_use]
    pub const fn trace_id(&self) -> u128 {
        self.trace_id
    }

    /// The id of the parent of the next span.
    #[must_use]
    pub const fn parent_id(&self) -> u64 {
        self.parent_id
    }

    /// The sampling priority, if the producer sent one.
    #[must_use]
    pub const fn sampling_priority(&self) -> Option<i8> {
        self.sampling_priority
    }

    /// Where the trace started, if not in a service, such as `synthetics` or `rum`.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.shared.as_ref()?.origin.as_deref()
    }

    /// The tags that travel with the trace. Their names start with `_dd.p.`.
    ///
    /// `_dd.p.tid` isn't among them: it is the upper half of [`trace_id`](Self::trace_id).
    pub fn tags(&self) -> impl Iterator<Item = (&str, &str)> {
        self.propagation_tags().iter()
    }

    /// The baggage, decoded.
    pub fn baggage(&self) -> impl Iterator<Item = (&str, &str)> {
        self.baggage
            .iter()
            .map(|item| (item.key.as_str(), item.value.as_str()))
    }

    /// Sets the origin. An empty one is ignored, and so is one that a header can't hold: over 256 bytes, or
    /// with anything but printable ASCII.
    #[must_use]
    pub fn with_origin(mut self, origin: impl Into<String>) -> Self {
        self.set_origin(origin.into());
        self
    }

    /// Sets a tag that travels with the trace.
    ///
    /// Only names that start with `_dd.p.` travel. Others are ignored, and so are `_dd.p.tid`, which follows
    /// from the trace id, and tags that a header can't hold: those with a comma or with anything but printable
    /// ASCII. The value of `_dd.p.dm` has to be a sampling mechanism, such as `-4`. There is space for 64 tags.
    #[must_use]
    pub fn with_tag(mut self, key: &str, value: impl Into<String>) -> Self {
        match key.strip_prefix(TAG_PREFIX) {
            Some(suffix) if !suffix.is_empty() && key != TRACE_ID_HIGH => {
                if !self.set_tag(suffix, &value.into()) {
                    log::debug!(
                        "tag `{}` is left out; write printable ASCII without a comma, in {MAX_TAGS} tags at most",
                        log::excerpt(key)
                    );
                }
            }
            _ => log::debug!(
                "tag `{}` doesn't travel with a trace; write a name that starts with `_dd.p.`",
                log::excerpt(key)
            ),
        }
        self
    }

    /// Adds an item of baggage, or replaces the one with that key.
    #[must_use]
    pub fn with_baggage(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let item = BaggageItem {
            key: key.into(),
            value: value.into(),
            properties: String::new(),
        };
        BaggageItem::put(&mut self.baggage, item);
        self
    }

    /// What is left of this context if a new trace begins: a link to it, and the baggage.
    pub(crate) fn restarted(self, context_headers: &'static str) -> Self {
        let mut restarted = Self::new(0, 0, None);
        restarted.terminated.push(TerminatedContext {
            trace_id: self.trace_id,
            span_id: self.parent_id,
            sampled: self.sampling_priority.is_some_and(|priority| priority > 0),
            tracestate: None,
            context_headers,
            reason: TerminatedContext::RESTARTED,
        });
        restarted.baggage = self.baggage;
        restarted
    }

    /// Whether a span can have this context as its parent.
    ///
    /// It needs both ids, except that a trace started by a synthetic test has no parent span.
    pub(crate) fn is_usable(&self) -> bool {
        let is_synthetic = |origin: &str| origin.starts_with(SYNTHETICS);
        self.trace_id != 0 && (self.parent_id != 0 || self.origin().is_some_and(is_synthetic))
    }

    /// Whether the next span has the same parent.
    pub(crate) fn is_same_span(&self, other: &Self) -> bool {
        (self.trace_id, self.parent_id) == (other.trace_id, other.parent_id)
    }

    /// The priority, or 1 if the producer didn't send one; `None` if a browser left the decision to us.
    pub(crate) fn priority_or_default(&self) -> Option<i8> {
        match self.sampling_priority {
            None if self.origin() == Some(RUM) => None,
            None => Some(1),
            known => known,
        }
    }

    /// [`last_parent_id`](Self::last_parent_id), if there is such a span.
    pub(crate) fn last_datadog_parent(&self) -> Option<u64> {
        self.last_parent_id.filter(|id| *id != 0)
    }

    /// The upper and the lower half of the trace id.
    pub(crate) fn trace_id_halves(&self) -> (u64, u64) {
        halves(self.trace_id)
    }

    /// Adds the upper half of a trace id of which only the lower half was known.
    pub(crate) fn set_trace_id_high(&mut self, high: u64) {
        self.trace_id = (u128::from(high) << 64) | u128::from(self.trace_id_halves().1);
    }

    pub(crate) fn set_origin(&mut self, origin: String) {
        let fits = (1..=MAX_ORIGIN).contains(&origin.len());
        let origin = (fits && is_printable(&origin)).then_some(origin);
        if self.origin() != origin.as_deref() {
            self.change().origin = origin;
        }
    }

    fn change(&mut self) -> &mut Shared {
        Arc::make_mut(self.shared.get_or_insert_default())
    }

    pub(crate) fn propagation_tags(&self) -> &PropagationTags {
        static NONE: PropagationTags = PropagationTags::new();
        self.shared.as_ref().map_or(&NONE, |shared| &shared.tags)
    }

    pub(super) fn propagation_tags_mut(&mut self) -> &mut PropagationTags {
        &mut self.change().tags
    }

    /// As [`PropagationTags::set`].
    pub(crate) fn set_tag(&mut self, suffix: &str, value: &str) -> bool {
        self.propagation_tags_mut().set(suffix, value)
    }

    /// As [`PropagationTags::remove`].
    pub(crate) fn remove_tag(&mut self, suffix: &str) {
        if self.propagation_tags().has(suffix) {
            self.propagation_tags_mut().remove(suffix);
        }
    }

    /// The members of `tracestate` except `dd`: `a=1,b=2`.
    pub(crate) fn vendor_members(&self) -> &str {
        self.shared
            .as_ref()
            .map_or("", |shared| shared.vendor_members.as_str())
    }

    pub(crate) fn set_vendor_members(&mut self, members: String) {
        if self.vendor_members() != members {
            self.change().vendor_members = members;
        }
    }

    pub(crate) fn tag(&self, key: &str) -> Option<&str> {
        self.tags()
            .find_map(|(known, value)| (known == key).then_some(value))
    }

    /// The same, of a context that is no longer needed.
    pub(super) fn into_vendor_members(self) -> String {
        let shared = self.shared.map(Arc::unwrap_or_clone);
        shared.map_or_else(String::new, |shared| shared.vendor_members)
    }

    /// A context of the same trace, with the origin, the tags and the vendors' members of this one.
    pub(crate) fn of_same_trace(&self, parent_id: u64, sampling_priority: Option<i8>) -> Self {
        Self {
            shared: self.shared.clone(),
            ..Self::new(self.trace_id, parent_id, sampling_priority)
        }
    }

    /// Takes the tags and the origin of another context.
    pub(crate) fn clone_tags_and_origin(&mut self, from: &Self) {
        let known = from.shared.as_deref().cloned().unwrap_or_default();
        let shared = self.change();
        (shared.tags, shared.origin) = (known.tags, known.origin);
    }
}

/// That there was no Datadog span before says as much as nothing about it.
impl PartialEq for TraceContext {
    fn eq(&self, other: &Self) -> bool {
        self.trace_id == other.trace_id
            && self.parent_id == other.parent_id
            && self.sampling_priority == other.sampling_priority
            && self.origin() == other.origin()
            && self.propagation_tags() == other.propagation_tags()
            && self.baggage == other.baggage
            && self.vendor_members() == other.vendor_members()
            && self.last_datadog_parent() == other.last_datadog_parent()
            && self.propagation_error == other.propagation_error
            && self.terminated == other.terminated
    }
}

impl Eq for TraceContext {}

impl BaggageItem {
    /// Adds an item in the place of the one with its key.
    pub(crate) fn put(items: &mut Vec<Self>, item: Self) {
        match items.iter_mut().find(|known| known.key == item.key) {
            Some(known) => *known = item,
            None => items.push(item),
        }
    }
}
