//! Our implementation of OpenTelemetry's `TracerProvider` and `Tracer`.

use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::trace::{self, SpanBuilder, SpanContext, SpanKind, Status, TraceContextExt};
use opentelemetry::{Context, InstrumentationScope, KeyValue};

use super::limits;
use super::provider::{OwnProvider, Pipeline};
use super::span::Span;
use super::trace::Trace;
use crate::context::local_trace::LocalTrace;
use crate::context::trace_context::TraceContext;
use crate::conventions::OwnTags;
use crate::export::SpanData;

/// Starts spans. The instrumentation scope isn't sent, so that it isn't kept.
#[derive(Debug, Clone)]
pub(crate) struct Tracer(pub(super) Arc<Pipeline>);

impl trace::TracerProvider for OwnProvider {
    type Tracer = Tracer;

    fn tracer_with_scope(&self, _: InstrumentationScope) -> Tracer {
        Tracer(Arc::clone(&self.pipeline))
    }
}

impl trace::Tracer for Tracer {
    type Span = Span;

    fn build_with_context(&self, builder: SpanBuilder, parent: &Context) -> Span {
        self.start_with(builder, None, parent)
    }
}

impl Tracer {
    /// Starts a span, one of the library's own if it has tags of that kind.
    pub(super) fn start_with(
        &self,
        builder: SpanBuilder,
        own: Option<Box<OwnTags>>,
        parent: &Context,
    ) -> Span {
        if parent.is_telemetry_suppressed() {
            return Span::none();
        }
        let Self(pipeline) = self;
        let above = parent.span();
        let (trace, is_local_root) = match Trace::of(&above) {
            Some(trace) => (trace, false),
            None => (
                Trace::start(pipeline, &builder, own.as_deref(), parent),
                true,
            ),
        };
        let mut data = data(builder, own, above.span_context(), &trace);
        if is_local_root {
            tell_of_parent(&trace, &mut data.attributes);
            data.attributes
                .extend(trace.pipeline.baggage_tags.of(parent));
            data.links.extend(TraceContext::links(parent));
        }
        if let Some(observer) = &trace.pipeline.observer {
            observer.started(&data, parent);
        }
        Span::start(trace, data)
    }
}

fn data(
    builder: SpanBuilder,
    own: Option<Box<OwnTags>>,
    parent: &SpanContext,
    trace: &Arc<Trace>,
) -> SpanData {
    let start_time = builder.start_time.unwrap_or_else(SystemTime::now);
    SpanData {
        span_context: trace.span_context(),
        parent_span_id: parent.span_id(),
        parent_span_is_remote: parent.is_valid() && parent.is_remote(),
        span_kind: builder.span_kind.unwrap_or(SpanKind::Internal),
        name: builder.name,
        start_time,
        end_time: start_time,
        attributes: limits::attributes(builder.attributes),
        own,
        events: limits::events(builder.events),
        links: limits::links(builder.links),
        status: Status::Unset,
        trace: Arc::<Trace>::clone(trace),
    }
}

/// The tags of the first span of this process in a trace that describe the headers it continues.
fn tell_of_parent(trace: &Trace, attributes: &mut Vec<KeyValue>) {
    let Some(continued) = trace.continued() else {
        return;
    };
    if let Some(id) = continued.last_parent_id {
        attributes.push(KeyValue::new("_dd.parent_id", format!("{id:016x}")));
    }
    if let Some(error) = &continued.propagation_error {
        let error = error.clone().into_owned();
        attributes.push(KeyValue::new("_dd.propagation_error", error));
    }
}
