//! The trace context of an event, without the user saying where it is.
//!
//! Each source has a file. The order in which they are asked is that of `extraction.md` 1.11; a source
//! without a usable trace context passes the question on.

mod attribute;
pub(crate) mod authorizer;
mod client_context;
mod durable;
mod eventbridge;
mod headers;
mod http;
mod kafka;
mod kinesis;
pub(crate) mod payload;
mod records;
mod sns;
mod sqs;
mod step_functions;
#[cfg(test)]
mod tests;
mod text;
mod xray;

use std::cell::OnceCell;

use lambda_runtime::Context;
use opentelemetry::propagation::Extractor;

use self::records::Batch;
use crate::carrier::Carrier;
use crate::config::Config;
use crate::durable_execution::DurableExecution;
use crate::event::RawEvent;
use crate::json::Reader;
use crate::members::{Member, Members};
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;
use crate::trigger::{Event, Trigger};

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

/// What an event says about where it comes from.
#[derive(Debug)]
pub(crate) struct Upstream<'a> {
    /// `None` for a new trace.
    pub(crate) parent: Option<Parent>,
    /// The trace contexts of the further records of a batch.
    pub(crate) others: Vec<TraceContext>,
    /// What invoked the function.
    pub(crate) trigger: Option<Trigger<'a>>,
    /// The durable execution that the invocation is a part of.
    pub(crate) durable: Option<DurableExecution>,
}

impl<'a> Upstream<'a> {
    /// Of an event whose parent the user's extractor has found.
    pub(crate) fn of_extractor(parent: Parent, event: &'a RawEvent) -> Self {
        let members = Members::read(event.as_bytes(), |_, _, _| false);
        Self {
            parent: Some(parent),
            others: Vec::new(),
            durable: durable_execution(&members),
            trigger: Trigger::of(Event::new(members)),
        }
    }
}

/// Finds the trace context of an invocation: what would become the parent of its spans.
///
/// Reads the event's text up to where the question is settled, and builds nothing of what it steps
/// over.
pub(crate) fn extract(event: &RawEvent, lambda: &Context, settings: &Settings) -> Option<Parent> {
    let sources = Sources::read(event, settings, Question::Parent);
    parent(&sources, lambda, settings)
}

/// As [`extract`], and what else the event says: the other records of a batch, and what invoked the
/// function.
pub(crate) fn extract_all<'a>(
    event: &'a RawEvent,
    lambda: &Context,
    settings: &'a Settings,
) -> Upstream<'a> {
    let sources = Sources::read(event, settings, Question::All);
    let parent = parent(&sources, lambda, settings);
    let durable = durable_execution(&sources.members);
    let (trigger, others) = sources.into_rest();
    Upstream {
        parent,
        others,
        trigger,
        durable,
    }
}

fn durable_execution(members: &Members<'_>) -> Option<DurableExecution> {
    let state = members.get(Member::InitialExecutionState);
    DurableExecution::read(members.get(Member::DurableExecutionArn)?, state)
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

/// What an event is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    /// The parent alone.
    Parent,
    /// What invoked the function, too.
    All,
}

/// The sources that stand in an event.
struct Sources<'a> {
    event: &'a [u8],
    members: Members<'a>,
    settings: &'a Settings,
    /// Found on the way, and not looked for again.
    headers: Option<TraceContext>,
    batch: Option<Batch<'a>>,
    /// What the authorizer of the request passes on, once it has been looked for.
    authorizer: OnceCell<Option<Carrier>>,
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
    fn read(event: &'a RawEvent, settings: &'a Settings, question: Question) -> Self {
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
                question == Question::Parent
                    && headers.is_some()
                    && members.has(Member::RequestContext)
            }
            Some(Member::RequestContext) => question == Question::Parent && headers.is_some(),
            Some(Member::Records) => {
                batch = members
                    .get(Member::Records)
                    .and_then(|records| Batch::enter(records, propagator));
                batch.as_ref().is_some_and(|batch| batch.first.is_some())
            }
            // A body can be all of the event, and whatever has a say stands before it.
            None => {
                headers.is_some()
                    && name == b"body"
                    && (question == Question::Parent || members.has(Member::RequestContext))
            }
            _ => false,
        });
        Self {
            event,
            members,
            settings,
            headers,
            batch,
            authorizer: OnceCell::new(),
        }
    }

    fn context(&self) -> Option<TraceContext> {
        SOURCES.iter().find_map(|source| source(self))
    }

    /// The trigger, and the further records of a batch: a new trace links to nobody, whoever asks for it.
    fn into_rest(self) -> (Option<Trigger<'a>>, Vec<TraceContext>) {
        let propagator = &self.settings.propagator;
        let batch = self.batch.filter(|_| propagator.continues());
        let others = batch.map_or_else(Vec::new, |batch| batch.others(propagator));
        let authorizer = self.authorizer.into_inner().flatten();
        let event = Event::new(self.members).with_authorizer(authorizer);
        (Trigger::of(event), others)
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
        let carrier = self.authorizer.get_or_init(|| {
            let request_context = self.members.get(Member::RequestContext)?;
            // Few requests have an authorizer of ours: a search is cheaper than to read what there is.
            let is_there =
                self.settings.decode_authorizer && request_context.clone().mentions("_datadog");
            is_there.then(|| authorizer::carrier(request_context))?
        });
        usable(self.propagator(), carrier.as_ref()?)
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
