//! A tracer of either provider, and its spans.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::global::{BoxedSpan, BoxedTracer};
use opentelemetry::trace::{self, SpanBuilder, SpanContext, Status};
use opentelemetry::{Context, KeyValue};

use super::own::Tracer;
#[cfg(feature = "tracing")]
use super::same_span::SameSpan;
use super::span::Span;
use super::user_provider::name_trace_id_high;
use crate::conventions::OwnTags;

/// Ours, or the user's.
#[derive(Debug, Clone)]
pub(crate) enum AnyTracer {
    Own(Tracer),
    User(Arc<BoxedTracer>),
}

#[derive(Debug)]
pub(crate) enum AnySpan {
    Own(Span),
    User(BoxedSpan),
    /// Boxed, as it is large and rarely used.
    #[cfg(feature = "tracing")]
    Same(Box<SameSpan>),
}

#[cfg(feature = "tracing")]
impl AnySpan {
    /// A span that records nothing.
    pub(crate) fn none() -> Self {
        Self::Own(Span::none())
    }

    /// A second handle to the active span of `context`, which doesn't end with the handle.
    pub(crate) fn same(context: Context) -> Self {
        Self::Same(Box::new(SameSpan::new(context)))
    }
}

impl AnyTracer {
    /// Starts a span below `parent`. Of a user's provider the first one in a trace is told the whole trace id.
    pub(crate) fn start_below(&self, builder: SpanBuilder, parent: &Context) -> AnySpan {
        let mut span = trace::Tracer::build_with_context(self, builder, parent);
        if let AnySpan::User(user) = &mut span {
            name_trace_id_high(user, parent);
        }
        span
    }

    /// Starts a span of the library's own; the user's provider gets its tags as attributes.
    pub(crate) fn start_own(
        &self,
        builder: SpanBuilder,
        tags: OwnTags,
        parent: &Context,
    ) -> AnySpan {
        match self {
            Self::Own(own) => AnySpan::Own(own.start_with(builder, Some(Box::new(tags)), parent)),
            Self::User(_) => {
                let mut attributes = tags.into_attributes();
                attributes.extend(builder.attributes.into_iter().flatten());
                let builder = SpanBuilder {
                    attributes: Some(attributes),
                    ..builder
                };
                self.start_below(builder, parent)
            }
        }
    }
}

impl trace::Tracer for AnyTracer {
    type Span = AnySpan;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> AnySpan {
        match self {
            Self::Own(own) => AnySpan::Own(own.build_with_context(builder, parent)),
            Self::User(user) => AnySpan::User(user.build_with_context(builder, parent)),
        }
    }
}

/// Calls the same method on whichever variant it is.
macro_rules! each {
    ($span:expr, $inner:ident => $call:expr) => {
        match $span {
            AnySpan::Own($inner) => $call,
            AnySpan::User($inner) => $call,
            #[cfg(feature = "tracing")]
            AnySpan::Same($inner) => $call,
        }
    };
}

impl trace::Span for AnySpan {
    fn add_event_with_timestamp<T>(&mut self, name: T, at: SystemTime, attributes: Vec<KeyValue>)
    where
        T: Into<Cow<'static, str>>,
    {
        each!(self, span => span.add_event_with_timestamp(name, at, attributes));
    }

    fn span_context(&self) -> &SpanContext {
        each!(self, span => span.span_context())
    }

    fn is_recording(&self) -> bool {
        each!(self, span => span.is_recording())
    }

    fn set_attribute(&mut self, attribute: KeyValue) {
        each!(self, span => span.set_attribute(attribute));
    }

    fn set_status(&mut self, status: Status) {
        each!(self, span => span.set_status(status));
    }

    fn update_name<T>(&mut self, name: T)
    where
        T: Into<Cow<'static, str>>,
    {
        each!(self, span => span.update_name(name));
    }

    fn add_link(&mut self, context: SpanContext, attributes: Vec<KeyValue>) {
        each!(self, span => span.add_link(context, attributes));
    }

    fn end_with_timestamp(&mut self, at: SystemTime) {
        each!(self, span => span.end_with_timestamp(at));
    }
}
