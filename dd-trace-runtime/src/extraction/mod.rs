//! The trace context of an event: where the carrier is in it.
//!
//! - In: a raw event, the invocation's context, and the user's [`extractor`] if there is one.
//! - Out: the producer's [`TraceContext`], the producers of the other records of a batch, and the trigger.
//! - Next: [`span`](crate::span), whose spans continue that trace.
//!
//! Each source has a file. They are asked in the order of the guide's table, and the first usable trace context
//! wins.

pub(crate) mod asked;
mod attribute;
pub(crate) mod authorizer;
mod batch;
mod client_context;
pub(crate) mod custom;
mod durable;
pub(crate) mod erased;
mod eventbridge;
pub(crate) mod extractor;
mod headers;
mod http;
mod kafka;
mod kinesis;
#[cfg(feature = "dsm")]
pub(crate) mod pathways;
pub(crate) mod payload;
mod records;
mod sns;
mod sources;
mod sqs;
mod step_functions;
#[cfg(test)]
mod tests;
mod text;
mod xray;

use lambda_runtime::Context;
use opentelemetry::propagation::Extractor;

pub(crate) use self::batch::{Producer, Producers, Unread};
#[cfg(feature = "aws-sqs")]
pub(crate) use self::records::context as context_of_record;
pub(crate) use self::records::producer as producer_of_record;
use self::sources::{Question, Sources};
use crate::config::Config;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::durable_execution::DurableExecution;
use crate::event::raw::RawEvent;
use crate::event::trigger::{Event, Trigger};

/// What the extraction depends on besides the event.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) propagator: DatadogPropagator,
    /// `DD_DECODE_AUTHORIZER_CONTEXT`.
    pub(crate) decode_authorizer: bool,
    /// `DD_MERGE_XRAY_TRACES`: the function's X-Ray segment is the parent.
    pub(crate) merge_xray: bool,
}

impl Settings {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            propagator: DatadogPropagator::new(config.propagation.clone()),
            decode_authorizer: config.decode_authorizer,
            merge_xray: config.merge_xray,
        }
    }
}

/// The parent of an invocation's spans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parent {
    pub(crate) context: TraceContext,
    pub(crate) source: ParentSource,
}

/// Where it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ParentSource {
    /// The event or its client context.
    Event,
    /// The X-Ray trace of the function.
    XRay,
}

impl Parent {
    /// A parent that the event named. If traces are merged with X-Ray's, the span is below the function's X-Ray
    /// segment, which X-Ray shows below the producer's (as Python and Go do).
    pub(crate) fn of_event(
        mut context: TraceContext,
        lambda: &Context,
        settings: &Settings,
    ) -> Self {
        if settings.merge_xray
            && context.trace_id() != 0
            && let Some(xray) = xray(lambda)
        {
            context.parent_id = xray.parent_id();
        }
        Self {
            context,
            source: ParentSource::Event,
        }
    }
}

/// What an event says about its origin.
#[derive(Debug)]
pub(crate) struct Upstream<'a> {
    /// `None` for a new trace.
    pub(crate) parent: Option<Parent>,
    /// The producers of the records of a batch.
    pub(crate) producers: Producers,
    /// What invoked the function.
    pub(crate) trigger: Option<Trigger<'a>>,
    /// The durable execution that the invocation is a part of.
    pub(crate) durable: Option<DurableExecution>,
}

impl<'a> Upstream<'a> {
    /// For an event whose parent the user's extractor has found.
    pub(crate) fn of_extractor(parent: Parent, event: &'a RawEvent) -> Self {
        let event = Event::whole(event.as_bytes());
        Self {
            parent: Some(parent),
            producers: Producers::default(),
            durable: DurableExecution::of(&event.members),
            trigger: Trigger::of(event),
        }
    }
}

/// Finds the trace context of an invocation, which becomes the parent of its spans.
///
/// Reads the event's text only as far as necessary, and builds nothing from what it steps over.
pub(crate) fn extract(event: &RawEvent, lambda: &Context, settings: &Settings) -> Option<Parent> {
    let mut sources = Sources::of(event, settings);
    sources.read(Question::Parent);
    parent(&mut sources, lambda, settings)
}

/// As [`extract`], together with what else the event says: the other records of a batch, and what invoked the
/// function.
pub(crate) fn extract_all<'a>(
    event: &'a RawEvent,
    lambda: &Context,
    settings: &'a Settings,
) -> Upstream<'a> {
    let mut sources = Sources::of(event, settings);
    sources.read(Question::All);
    sources.note_task();
    Upstream {
        producers: sources.producers(event),
        durable: sources.durable_execution(),
        parent: parent(&mut sources, lambda, settings),
        trigger: Trigger::of(sources.event),
    }
}

fn parent(sources: &mut Sources<'_>, lambda: &Context, settings: &Settings) -> Option<Parent> {
    let propagator = &settings.propagator;
    let found = sources
        .context()
        .or_else(|| usable(propagator, &client_context::carrier(lambda)?))
        .or_else(|| sources.of_durable_execution());
    match found {
        Some(context) => {
            let context = propagator.behave(context)?;
            Some(Parent::of_event(context, lambda, settings))
        }
        None if settings.merge_xray => Some(Parent {
            context: propagator.behave(xray(lambda)?)?,
            source: ParentSource::XRay,
        }),
        None => None,
    }
}

/// The trace context of a carrier, if it can be a parent, or what is left of it if a new trace is to begin.
// Out of line, because every source calls it.
#[inline(never)]
pub(crate) fn usable(
    propagator: &DatadogPropagator,
    carrier: &dyn Extractor,
) -> Option<TraceContext> {
    propagator.extract(carrier).map(decided)
}

/// A missing sampling priority means "keep", as in Node and Go.
pub(crate) fn decided(mut context: TraceContext) -> TraceContext {
    context.sampling_priority = context.priority_or_default();
    context
}

fn xray(lambda: &Context) -> Option<TraceContext> {
    xray::context(lambda.xray_trace_id.as_deref()?)
}
