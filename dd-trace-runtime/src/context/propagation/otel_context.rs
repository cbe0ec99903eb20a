//! Converts a trace context into an OpenTelemetry context and back.
//!
//! OpenTelemetry's span context holds the ids and a trace state. Our member of the trace state
//! carries the sampling decision, which the sampler hands from span to span. What a trace state can't
//! hold without loss travels beside it, as a value of the context.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use opentelemetry::baggage::{Baggage, BaggageExt, KeyValueMetadata};
use opentelemetry::trace::{Link, SpanContext, TraceContextExt, TraceFlags, TraceState};
use opentelemetry::{Context, KeyValue};

use super::dd_member::{DD, DdMember, decode, items};
use crate::context::local_trace::{self, LocalTrace};
use crate::context::trace_context::{
    BaggageItem, DECISION_MAKER, RUM, SAMPLE_RATE, TerminatedContext, TraceContext,
};

/// What this library keeps in an OpenTelemetry context, as one value: with each further one the others are copied.
#[derive(Default, Clone)]
pub(crate) struct Held {
    /// The trace context that the context continues.
    propagated: Option<Arc<TraceContext>>,
    telemetry: Option<Arc<dyn Any + Send + Sync>>,
}

impl Held {
    pub(crate) fn of(cx: &Context) -> Self {
        cx.get::<Self>().cloned().unwrap_or_default()
    }

    /// With what [`telemetry`](crate::telemetry) keeps in a context. Only that module knows its type.
    pub(crate) fn with_telemetry(self, telemetry: Arc<dyn Any + Send + Sync>) -> Self {
        Self {
            telemetry: Some(telemetry),
            ..self
        }
    }

    /// What it keeps in `cx`.
    pub(crate) fn telemetry_of(cx: &Context) -> Option<&(dyn Any + Send + Sync)> {
        cx.get::<Self>()?.telemetry.as_deref()
    }
}

impl TraceContext {
    /// `cx` with this trace context as its remote span, for spans that continue the trace.
    ///
    /// If a new trace is to begin, `cx` gets the baggage, and the links of the trace's first span.
    ///
    /// OpenTelemetry has no trace without a parent span. If the parent id is 0, its span context isn't valid,
    /// and only [`propagated`](Self::propagated) knows the trace.
    pub(crate) fn into_otel(self, cx: &Context) -> Context {
        let state = self.trace_state();
        self.into_otel_with(state, cx, Held::of(cx))
    }

    /// As [`into_otel`](Self::into_otel), for spans of ours, which don't look for the decision in the trace state. The
    /// context will hold what `held` has, too.
    pub(crate) fn into_own(self, cx: &Context, held: Held) -> Context {
        let state = if self.vendor_members().is_empty() {
            TraceState::NONE
        } else {
            self.trace_state()
        };
        self.into_otel_with(state, cx, held)
    }

    fn into_otel_with(self, state: TraceState, cx: &Context, mut held: Held) -> Context {
        if self.trace_id() == 0 {
            let cx = with_baggage(cx, &self.baggage);
            held.propagated = Some(Arc::new(self));
            return cx.with_value(held);
        }
        let sampled = self.priority_or_default().is_some_and(|p| p > 0);
        let span = remote_span(self.trace_id(), self.parent_id(), sampled, state);
        let cx = cx.with_remote_span_context(span);
        let cx = with_baggage(&cx, &self.baggage);
        held.propagated = Some(Arc::new(self));
        cx.with_value(held)
    }

    /// The complete trace context that `cx` continues; its parent is the remote span.
    pub(crate) fn propagated(cx: &Context) -> Option<&Arc<Self>> {
        let context = cx.get::<Held>()?.propagated.as_ref()?;
        (context.trace_id() != 0).then_some(context)
    }

    /// Links to the traces that end where this process takes over from the active span of `cx`.
    pub(crate) fn links(cx: &Context) -> Vec<Link> {
        let parent = cx.span().span_context().trace_id();
        // Also of a trace that is to begin, whose id is still 0.
        let propagated = cx.get::<Held>().and_then(|held| held.propagated.as_ref());
        let propagated = propagated
            .filter(|context| context.trace_id() == u128::from_be_bytes(parent.to_bytes()));
        let terminated = propagated.map(|context| context.terminated.as_slice());
        let terminated = terminated.unwrap_or_default().iter();
        terminated.map(TerminatedContext::link).collect()
    }

    /// The active span of `cx` as a trace context, which outgoing calls propagate.
    ///
    /// The trace of our own span knows the decision, and what it continues. A span of another provider has the
    /// decision in its trace state. The rest comes from the trace context that `cx` continues, if the span
    /// belongs to that trace.
    pub(crate) fn from_otel(cx: &Context) -> Option<Self> {
        let span = cx.span();
        let span_context = span.span_context();
        if !span_context.is_valid() {
            return None;
        }
        if let Some(trace) = local_trace::of(&span) {
            let mut context = Self::undecided(&*trace, span_context, cx);
            if let Some(decision) = trace.decision() {
                decision.tell(&mut context);
            }
            return Some(context);
        }
        let trace_id = u128::from_be_bytes(span_context.trace_id().to_bytes());
        let parent_id = u64::from_be_bytes(span_context.span_id().to_bytes());
        let propagated = Self::propagated(cx).filter(|context| context.trace_id() == trace_id);
        let mut context = if let Some(propagated) = propagated {
            propagated.continued(parent_id, span_context.is_remote())
        } else {
            let mut context = Self::new(trace_id, parent_id, None);
            context.set_vendor_members(vendor_members(span_context.trace_state()));
            context
        };
        context.decide(span_context);
        context.baggage = baggage(cx);
        Some(context)
    }

    /// A span of one of our traces, without the decision if that is the trace's own.
    pub(crate) fn undecided(trace: &dyn LocalTrace, span: &SpanContext, cx: &Context) -> Self {
        let parent_id = u64::from_be_bytes(span.span_id().to_bytes());
        let mut context = if let Some(continued) = trace.continued() {
            continued.continued(parent_id, false)
        } else {
            let trace_id = u128::from_be_bytes(span.trace_id().to_bytes());
            Self::new(trace_id, parent_id, None)
        };
        context.baggage = baggage(cx);
        context
    }

    /// What a trace continues, if its first span in this process is below the active one of `cx`.
    pub(crate) fn continued_by(cx: &Context) -> Option<Arc<Self>> {
        let span = cx.span();
        let parent = span.span_context();
        let propagated = Self::propagated(cx).filter(|context| {
            if parent.is_valid() {
                parent.is_remote()
                    && u128::from_be_bytes(parent.trace_id().to_bytes()) == context.trace_id()
                    && u64::from_be_bytes(parent.span_id().to_bytes()) == context.parent_id()
            } else {
                // A synthetic test's trace has an id and no span yet.
                context.trace_id() != 0 && context.parent_id() == 0
            }
        });
        propagated.map(Arc::clone).or_else(|| {
            let mut context = Self::from_otel(cx)?;
            if let Some(member) = parent.trace_state().get(DD) {
                context.set_tags_of_member(member);
            }
            Some(Arc::new(context))
        })
    }

    /// Takes the propagation tags of a `dd` member.
    fn set_tags_of_member(&mut self, member: &str) {
        for (key, value) in items(member) {
            let suffix = key.strip_prefix("t.");
            if let Some(suffix) = suffix.filter(|suffix| *suffix != "tid") {
                self.set_tag(suffix, &decode(value));
            }
        }
    }

    /// This context with another parent. A span of ours is by itself the last Datadog span.
    fn continued(&self, parent_id: u64, is_remote: bool) -> Self {
        let mut context = self.of_same_trace(parent_id, self.priority_or_default());
        context.last_parent_id = self.last_parent_id.filter(|_| is_remote);
        context
    }

    /// Takes the span's decision.
    fn decide(&mut self, span: &SpanContext) {
        let member = DdMember::of(span.trace_state()).unwrap_or_default();
        if self.origin().is_none() {
            self.set_origin(member.origin.map(Cow::into_owned).unwrap_or_default());
        }
        if let Some(decision_maker) = member.decision_maker {
            self.set_tag("dm", &decision_maker);
        } else if member.priority.is_some() && member.priority != self.sampling_priority {
            // The earlier decision maker didn't take this decision.
            self.remove_tag("dm");
        }
        if let Some(sample_rate) = member.sample_rate {
            self.set_tag("ksr", &sample_rate);
        }
        // The flag means that a decision was taken, unless a browser left the decision to the first local span.
        let undecided = span.is_remote() && self.origin() == Some(RUM);
        let flag = (!undecided).then(|| i8::from(span.is_sampled()));
        self.sampling_priority = member.priority.or(self.sampling_priority).or(flag);
    }

    /// Our member, and as many others as OpenTelemetry accepts.
    fn trace_state(&self) -> TraceState {
        let dd = DdMember {
            priority: self.priority_or_default(),
            origin: self.origin().map(Cow::Borrowed),
            decision_maker: self.tag(DECISION_MAKER).map(Cow::Borrowed),
            sample_rate: self.tag(SAMPLE_RATE).map(Cow::Borrowed),
        }
        .encode();
        let members = || {
            let vendors = self.vendor_members().split(',');
            let vendors = vendors.filter_map(|member| member.split_once('='));
            std::iter::once((DD, dd.as_str())).chain(vendors)
        };
        // OpenTelemetry takes none if it refuses one; only then are they tried one by one.
        TraceState::from_key_value(members())
            .or_else(|_| {
                let accepted = |pair: &(&str, &str)| TraceState::from_key_value([*pair]).is_ok();
                TraceState::from_key_value(members().filter(accepted))
            })
            .unwrap_or_default()
    }
}

impl TerminatedContext {
    pub(crate) fn link(&self) -> Link {
        let state = self.tracestate.as_deref();
        let state = state.and_then(|state| state.parse().ok());
        let state = state.unwrap_or_default();
        let context = remote_span(self.trace_id, self.span_id, self.sampled, state);
        let attributes = vec![
            KeyValue::new("reason", self.reason),
            KeyValue::new("context_headers", self.context_headers),
        ];
        Link::new(context, attributes, 0)
    }
}

/// The context of a span in another process.
pub(crate) fn remote_span(
    trace_id: u128,
    span_id: u64,
    sampled: bool,
    state: TraceState,
) -> SpanContext {
    let flags = TraceFlags::NOT_SAMPLED.with_sampled(sampled);
    SpanContext::new(trace_id.into(), span_id.into(), flags, true, state)
}

fn vendor_members(state: &TraceState) -> String {
    let mut members = String::new();
    for (key, value) in state.into_iter().filter(|(key, _)| *key != DD) {
        for part in [if members.is_empty() { "" } else { "," }, key, "=", value] {
            members.push_str(part);
        }
    }
    members
}

/// Baggage that OpenTelemetry's own type doesn't accept: its keys are HTTP tokens, while the header can encode others.
struct OtherBaggage(Vec<BaggageItem>);

/// `cx` with extracted baggage.
pub(super) fn with_baggage(cx: &Context, items: &[BaggageItem]) -> Context {
    if items.is_empty() {
        return cx.clone();
    }
    let taken = items.iter().map(|item| {
        KeyValueMetadata::new(
            item.key.clone(),
            item.value.clone(),
            item.properties.clone(),
        )
    });
    let taken: Baggage = taken.collect();
    let others = items.iter().filter(|item| taken.get(&item.key).is_none());
    let others: Vec<_> = others.cloned().collect();
    let cx = cx.with_baggage(taken);
    if others.is_empty() && cx.get::<OtherBaggage>().is_none() {
        return cx;
    }
    cx.with_value(OtherBaggage(others))
}

/// The baggage of `cx`, ordered by key: OpenTelemetry keeps no order, and a header should have one.
pub(super) fn baggage(cx: &Context) -> Vec<BaggageItem> {
    let others = cx.get::<OtherBaggage>().map(|OtherBaggage(items)| items);
    let others = others.into_iter().flatten().cloned();
    let known = cx
        .baggage()
        .into_iter()
        .map(|(key, (value, properties))| BaggageItem {
            key: key.as_str().to_owned(),
            value: value.as_str().to_owned(),
            properties: properties.as_str().to_owned(),
        });
    // There are a few: a sort takes more code than time.
    let mut items: Vec<BaggageItem> = Vec::new();
    for item in others.chain(known) {
        let at = items.partition_point(|before| before.key < item.key);
        items.insert(at, item);
    }
    items
}
