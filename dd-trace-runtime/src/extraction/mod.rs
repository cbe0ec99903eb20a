//! The trace context of an event, without the user saying where it is.
//!
//! Each source has a file. The order in which they are asked is that of `extraction.md` 1.11; a source
//! without a usable trace context passes the question on.

mod attribute;
mod authorizer;
mod client_context;
mod durable;
mod eventbridge;
mod headers;
mod http;
mod kafka;
mod kinesis;
mod members;
pub(crate) mod payload;
mod records;
mod sns;
mod sqs;
mod step_functions;
#[cfg(test)]
mod tests;
mod text;
mod xray;

use lambda_runtime::Context;
use opentelemetry::propagation::Extractor;

use self::members::{Member, Members};
use self::records::Batch;
use crate::config::Config;
use crate::event::RawEvent;
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

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
    /// A parent that the event named. Where traces are merged with X-Ray's, the span is below the
    /// function's X-Ray segment, which X-Ray shows below the producer's (`extraction.md` 1.8, as Python
    /// and Go do).
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

/// What an event says about the traces it comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Upstream {
    /// `None` for a new trace.
    pub(crate) parent: Option<Parent>,
    /// The trace contexts of the further records of a batch.
    pub(crate) others: Vec<TraceContext>,
}

impl From<Parent> for Upstream {
    fn from(parent: Parent) -> Self {
        Self {
            parent: Some(parent),
            others: Vec::new(),
        }
    }
}

/// Finds the trace context of an invocation: what would become the parent of its spans.
///
/// Reads the event's text up to where the question is settled, and builds nothing of what it steps
/// over.
pub(crate) fn extract(event: &RawEvent, lambda: &Context, settings: &Settings) -> Option<Parent> {
    parent(&Sources::read(event, settings), lambda, settings)
}

/// As [`extract`], and what else a batch says: all of it is read for that.
pub(crate) fn extract_all(event: &RawEvent, lambda: &Context, settings: &Settings) -> Upstream {
    let sources = Sources::read(event, settings);
    Upstream {
        parent: parent(&sources, lambda, settings),
        others: sources.others(),
    }
}

fn parent(sources: &Sources<'_>, lambda: &Context, settings: &Settings) -> Option<Parent> {
    let propagator = &settings.propagator;
    let found = sources
        .context()
        .or_else(|| usable(propagator, &client_context::carrier(lambda)?));
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

/// The trace context of a carrier, if it can be a parent, or what is left of it where a new trace is to
/// begin.
pub(crate) fn usable(
    propagator: &DatadogPropagator,
    carrier: &dyn Extractor,
) -> Option<TraceContext> {
    propagator.extract(carrier).map(decided)
}

/// A sampling priority that the producer didn't send means "keep", as in Node and Go
/// (`extraction.md` 1.9).
pub(crate) fn decided(mut context: TraceContext) -> TraceContext {
    context.sampling_priority = context.priority_or_default();
    context
}

fn xray(lambda: &Context) -> Option<TraceContext> {
    xray::context(lambda.xray_trace_id.as_deref()?)
}

/// The sources that stand in an event.
struct Sources<'a> {
    event: &'a [u8],
    members: Members<'a>,
    settings: &'a Settings,
    /// Found on the way, and not looked for again.
    headers: Option<TraceContext>,
    batch: Option<Batch<'a>>,
}

/// How one source is asked.
type Source = fn(&Sources<'_>) -> Option<TraceContext>;

/// The order of `extraction.md` 1.11.
const SOURCES: [Source; 9] = [
    |sources| sources.durable(),
    |sources| sources.authorizer(),
    |sources| sources.headers.clone(),
    |sources| sources.request(),
    |sources| sources.batch.as_ref()?.first.clone(),
    |sources| sources.eventbridge(),
    |sources| sources.kafka(),
    |sources| sources.step_functions(),
    |sources| sources.payload(),
];

impl<'a> Sources<'a> {
    fn read(event: &'a RawEvent, settings: &'a Settings) -> Self {
        let event = event.as_bytes();
        let propagator = &settings.propagator;
        let (mut headers, mut batch) = (None, None);
        let members = Members::read(event, |members, name, member| match member {
            Some(Member::Headers | Member::MultiValueHeaders) => {
                headers = http::context(
                    members.get(Member::Headers),
                    members.get(Member::MultiValueHeaders),
                    propagator,
                );
                headers.is_some() && members.get(Member::RequestContext).is_some()
            }
            Some(Member::RequestContext) => headers.is_some(),
            Some(Member::Records) => {
                batch = members
                    .get(Member::Records)
                    .and_then(|records| Batch::enter(records, propagator));
                batch.as_ref().is_some_and(|batch| batch.first.is_some())
            }
            // A body can be all of the event, and whatever has a say stands before it.
            None => headers.is_some() && name == b"body",
            _ => false,
        });
        Self {
            event,
            members,
            settings,
            headers,
            batch,
        }
    }

    fn context(&self) -> Option<TraceContext> {
        SOURCES.iter().find_map(|source| source(self))
    }

    /// A new trace links to nobody, whoever asks for it.
    fn others(self) -> Vec<TraceContext> {
        let propagator = &self.settings.propagator;
        let batch = self.batch.filter(|_| propagator.continues());
        batch.map_or_else(Vec::new, |batch| batch.others(propagator))
    }

    fn propagator(&self) -> &DatadogPropagator {
        &self.settings.propagator
    }

    fn durable(&self) -> Option<TraceContext> {
        self.members.get(Member::DurableExecutionArn)?.string()?;
        durable::context(
            self.members.get(Member::InitialExecutionState)?,
            self.propagator(),
        )
    }

    fn authorizer(&self) -> Option<TraceContext> {
        let request_context = self.members.get(Member::RequestContext)?;
        // Few requests have an authorizer of ours: a search is cheaper than to read what there is.
        if !self.settings.decode_authorizer || !request_context.clone().raw()?.contains("_datadog")
        {
            return None;
        }
        authorizer::context(request_context, self.propagator())
    }

    /// AppSync hands the request's headers over one level down.
    fn request(&self) -> Option<TraceContext> {
        let request = self.members.get(Member::Request)?;
        let [headers, multi_value] = request.members([b"headers", b"multiValueHeaders"]);
        http::context(headers, multi_value, self.propagator())
    }

    fn eventbridge(&self) -> Option<TraceContext> {
        eventbridge::context(self.members.get(Member::Detail)?, self.propagator())
    }

    fn kafka(&self) -> Option<TraceContext> {
        let carrier = kafka::carrier(self.members.get(Member::KafkaRecords)?)?;
        usable(self.propagator(), &carrier)
    }

    fn step_functions(&self) -> Option<TraceContext> {
        let is_execution = self.members.get(Member::Execution).is_some();
        step_functions::of_event(
            self.members.get(Member::Payload),
            self.members.get(Member::Datadog),
            is_execution.then(|| Reader::new(self.event)),
        )
    }

    fn payload(&self) -> Option<TraceContext> {
        payload::context(self.members.get(Member::Datadog)?, self.propagator())
    }
}
