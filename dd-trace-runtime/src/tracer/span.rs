//! Our implementation of OpenTelemetry's `Span`.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{self, Event, Link, SpanContext, Status};
use opentelemetry::{KeyValue, Value};

use super::limits;
use super::open_span::OpenSpan;
use super::trace::Trace;
use crate::context::local_trace::answer;
use crate::export::SpanData;

/// A span of our provider. It ends when it is dropped, if not before.
#[derive(Debug)]
pub(crate) struct Span {
    context: SpanContext,
    /// `None` if nothing is recorded.
    open: Option<Arc<OpenSpan>>,
}

impl Span {
    /// A span that records nothing.
    pub(super) fn none() -> Self {
        Self {
            context: SpanContext::NONE,
            open: None,
        }
    }

    pub(super) fn start(trace: Arc<Trace>, mut data: SpanData) -> Self {
        let by_hand = take_decision(&mut data.attributes);
        if let Some(keep) = by_hand {
            trace.decide_by_hand(keep);
        }
        Self {
            context: data.span_context.clone(),
            open: Some(OpenSpan::start(trace, data)),
        }
    }

    fn with(&self, change: impl FnOnce(&mut SpanData)) {
        if let Some(open) = &self.open {
            open.with(change);
        }
    }
}

impl trace::Span for Span {
    fn add_event_with_timestamp<T>(&mut self, name: T, at: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        let event = Event::new(name, at, attributes, 0);
        self.with(|data| limits::push_event(&mut data.events, event));
    }

    fn span_context(&self) -> &SpanContext {
        &self.context
    }

    fn is_recording(&self) -> bool {
        self.open.as_ref().is_some_and(|open| {
            answer(&open.trace);
            !open.has_ended()
        })
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        let Some(open) = &self.open else {
            return;
        };
        if let Some(keep) = decision(&attribute) {
            open.trace.decide_by_hand(keep);
            return;
        }
        open.with(|data| limits::push_attribute(&mut data.attributes, attribute));
    }

    /// `Ok` is final, and `Unset` doesn't replace an error.
    fn set_status(&mut self, status: Status) {
        self.with(|data| {
            if status > data.status {
                data.status = status;
            }
        });
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        let name = name.into();
        self.with(|data| data.name = name);
    }

    fn add_link(&mut self, context: SpanContext, attributes: Vec<KeyValue>) {
        let link = Link::new(context, attributes, 0);
        self.with(|data| limits::push_link(&mut data.links, link));
    }

    fn end_with_timestamp(&mut self, at: SystemTime) {
        if let Some(open) = &self.open {
            open.end(at);
        }
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(open) = self.open.as_ref().filter(|open| !open.has_ended()) {
            open.end(SystemTime::now());
        }
    }
}

/// Whether to keep the trace, if the attribute is `manual.keep` or `manual.drop`. Neither becomes a tag, as in
/// Datadog's tracers.
fn decision(attribute: &KeyValue) -> Option<bool> {
    let keep = match attribute.key.as_str() {
        "manual.keep" => true,
        "manual.drop" => false,
        _ => return None,
    };
    let is_asked_for = match &attribute.value {
        Value::Bool(flag) => *flag,
        Value::String(text) => !text.as_str().eq_ignore_ascii_case("false"),
        _ => true,
    };
    is_asked_for.then_some(keep)
}

/// Removes the decisions from the attributes and returns the last one.
fn take_decision(attributes: &mut Vec<KeyValue>) -> Option<bool> {
    let last = attributes.iter().rev().find_map(decision)?;
    attributes.retain(|attribute| decision(attribute).is_none());
    Some(last)
}
