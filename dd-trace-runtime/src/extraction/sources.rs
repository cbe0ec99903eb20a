//! The sources of a trace context in an event, and the order in which they are asked.
//!
//! The event is read once, from front to back, and each source where it stands, so that nothing is stepped over
//! twice.

use super::asked::{Answer, SourceName};
use super::batch::Producers;
use super::headers::Headers;
use super::payload::Payload;
use super::records::Batch;
use super::step_functions::{ContextObject, Wrapped};
use super::{Settings, authorizer, durable, eventbridge, http, kafka, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::durable_execution::DurableExecution;
use crate::event::members::Member;
use crate::event::raw::RawEvent;
use crate::event::trigger::{Event, Field, KafkaRecord, RequestHeaders};
use crate::json::word::DATADOG;
use crate::json::{Place, Reader};

/// What an event is read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Only the parent.
    Parent,
    /// Also what invoked the function.
    All,
}

/// The sources in an event, each read where it stands.
pub(super) struct Sources<'a> {
    settings: &'a Settings,
    text: Place<'a>,
    pub(super) event: Event<'a>,
    request: http::Request<'a>,
    headers: Option<TraceContext>,
    batch: Option<Batch<'a>>,
    /// `_datadog` of an EventBridge event.
    detail: Option<Reader<'a>>,
    kafka: Option<kafka::Batch<'a>>,
    /// The event as a context object of Step Functions, and the contents of a legacy task.
    execution: ContextObject<'a>,
    wrapped: Option<Wrapped<'a>>,
    payload: Option<Payload<'a>>,
}

/// How one source is asked, once.
type Source = fn(&mut Sources<'_>) -> Option<TraceContext>;

/// The order in which sources are asked, which is the one of the table in `guide::sources`.
const SOURCES: [(SourceName, Source); 10] = [
    (SourceName::Durable, |sources| sources.durable()),
    (SourceName::DurableInput, |sources| sources.durable_input()),
    (SourceName::Authorizer, |sources| sources.authorizer()),
    (SourceName::Headers, |sources| sources.headers.take()),
    (SourceName::AppSync, |sources| sources.app_sync()),
    (SourceName::Records, |sources| {
        sources.batch.as_mut()?.first.take()
    }),
    (SourceName::EventBridge, |sources| {
        eventbridge::context(sources.detail.take()?, sources.propagator())
    }),
    (SourceName::Kafka, |sources| {
        sources.kafka.as_ref().map(|batch| batch.first.clone())
    }),
    (SourceName::StepFunctions, |sources| {
        sources.step_functions()
    }),
    (SourceName::Payload, |sources| {
        sources.payload.as_ref()?.context(sources.propagator())
    }),
];

impl<'a> Sources<'a> {
    /// Those of an event that is still to be [read](Self::read).
    // Two functions, because a value of this size costs as much to return as ten headers to read.
    pub(super) fn of(event: &'a RawEvent, settings: &'a Settings) -> Self {
        let json = Reader::new(event.as_bytes());
        Self {
            settings,
            text: json.place(),
            event: Event::default(),
            request: http::Request::default(),
            headers: None,
            batch: None,
            detail: None,
            kafka: None,
            execution: ContextObject::at(&json),
            wrapped: None,
            payload: None,
        }
    }

    /// Reads the event as far as the question needs it.
    pub(super) fn read(&mut self, question: Question) {
        let mut json = self.text.reader();
        let Some(object) = json.object() else {
            return;
        };
        while let Some((name, member)) = self.event.next_member(&mut json, object) {
            self.take(&name, member, &mut json);
            if self.is_settled(&name, member, question, &json) {
                break;
            }
        }
    }

    /// Reads the member that comes next, if it is a source.
    fn take(&mut self, name: &[u8], member: Option<Member>, json: &mut Reader<'a>) {
        let propagator = &self.settings.propagator;
        match member {
            Some(Member::Headers) => self.take_headers(json),
            Some(Member::MultiValueHeaders) => self.take_multi_value_headers(json),
            Some(Member::Records) => {
                self.batch = Batch::enter(json, propagator);
                if let Some(batch) = &mut self.batch {
                    self.event.record = std::mem::take(&mut batch.record);
                }
            }
            Some(Member::Detail) => {
                self.detail = eventbridge::carrier(json);
                self.event.carrier = Some(Field::new(self.detail.clone()));
            }
            Some(Member::KafkaRecords) => {
                let seen = self.event.kafka.insert(KafkaRecord::default());
                self.kafka = kafka::Batch::enter(json, propagator, seen);
            }
            Some(Member::Payload) => self.wrapped = Some(Wrapped::read(json)),
            Some(Member::Datadog) => self.payload = Some(Payload::read(json)),
            _ => self.execution.take(name, json),
        }
    }

    fn take_headers(&mut self, json: &mut Reader<'a>) {
        let mut others = RequestHeaders::default();
        self.request.headers = http::read(json, &mut others);
        self.headers = self.request.context(self.propagator());
        // `headers` come first, whatever their order in the text.
        let is_first = !self.event.members.has(Member::MultiValueHeaders);
        self.event.headers = is_first.then_some(others);
    }

    fn take_multi_value_headers(&mut self, json: &mut Reader<'a>) {
        let mut others = self.event.headers.take().unwrap_or_default();
        self.request.multi_value = http::read(json, &mut others);
        if self.request.is_completed() {
            self.headers = self.request.context(self.propagator());
        }
        self.event.headers = Some(others);
    }

    /// Whether enough has been read, now that `member` comes next.
    fn is_settled(
        &self,
        name: &[u8],
        member: Option<Member>,
        question: Question,
        json: &Reader<'_>,
    ) -> bool {
        let has = |member| self.event.members.has(member);
        let parent_alone = question == Question::Parent;
        match member {
            Some(Member::Headers | Member::MultiValueHeaders) => {
                parent_alone && self.headers.is_some() && has(Member::RequestContext)
            }
            Some(Member::RequestContext) => parent_alone && self.headers.is_some(),
            Some(Member::Records) => {
                let batch = self.batch.as_ref();
                // A batch of AWS has no member but its records; somebody may have added `_datadog`.
                batch.is_some_and(|batch| batch.first.is_some())
                    || self.event.record.is_of_aws() && !json.mentions_ahead(&DATADOG)
            }
            Some(Member::KafkaRecords) => {
                self.kafka.is_some() && (parent_alone || has(Member::EventSourceArn))
            }
            // A body can be most of the event, and whatever else matters comes before it.
            None => {
                self.headers.is_some()
                    && name == b"body"
                    && (parent_alone || has(Member::RequestContext))
            }
            _ => false,
        }
    }

    pub(super) fn context(&mut self) -> Option<TraceContext> {
        SOURCES.iter().find_map(|(_, source)| source(self))
    }

    /// As [`context`](Self::context), with the answer of every source that was asked.
    pub(super) fn answers(&mut self) -> Vec<Answer> {
        let mut answers = Vec::with_capacity(SOURCES.len());
        let is_durable = self.durable_state().is_some();
        for (name, source) in SOURCES {
            if name == SourceName::DurableInput && !is_durable {
                continue;
            }
            let context = source(self);
            let is_last = context.is_some();
            answers.push(Answer { name, context });
            if is_last {
                break;
            }
        }
        answers
    }

    /// The producers of the records of a batch; none if the settings ask for a new trace.
    pub(super) fn producers(&mut self, event: &RawEvent) -> Producers {
        let propagator = &self.settings.propagator;
        if !propagator.continues() {
            return Producers::default();
        }
        if let Some(batch) = &mut self.batch {
            return batch.producers(event, propagator);
        }
        let kafka = self.kafka.as_ref();
        kafka.map_or_else(Producers::default, |batch| batch.producers(propagator))
    }

    pub(super) fn durable_execution(&self) -> Option<DurableExecution> {
        DurableExecution::of(&self.event.members)
    }

    /// Notes for detection what was read of tasks of Step Functions.
    pub(super) fn note_task(&mut self) {
        let wrapped = self.wrapped.as_ref();
        let payload = self.payload.as_ref();
        let is_task = self.execution.is_there()
            || wrapped.is_some_and(Wrapped::is_there)
            || payload.is_some_and(|payload| payload.execution.is_there());
        self.event.is_no_task = !is_task;
        self.event.execution = self.execution.seen();
    }

    fn propagator(&self) -> &'a DatadogPropagator {
        &self.settings.propagator
    }

    fn durable(&self) -> Option<TraceContext> {
        durable::context(self.durable_state()?, self.propagator())
    }

    /// The caller's event is in the input, as a text.
    fn durable_input(&self) -> Option<TraceContext> {
        let input = durable::input(self.durable_state()?)?;
        let input = RawEvent::from(input.into_owned());
        let mut sources = Sources::of(&input, self.settings);
        sources.read(Question::Parent);
        // An input is no envelope itself: looked for in there, one could be nested without an end.
        let of_input = SOURCES.iter().filter(|(name, _)| !name.is_durable());
        of_input
            .map(|(_, source)| source)
            .find_map(|source| source(&mut sources))
    }

    fn durable_state(&self) -> Option<Reader<'a>> {
        let members = &self.event.members;
        members.get(Member::DurableExecutionArn)?.string()?;
        members.get(Member::InitialExecutionState)
    }

    /// What is computed where no source has a trace context.
    pub(super) fn of_durable_execution(&self) -> Option<TraceContext> {
        self.durable_execution()?;
        let arn = self
            .event
            .members
            .get(Member::DurableExecutionArn)?
            .string()?;
        Some(durable::of_execution(&arn))
    }

    fn authorizer(&mut self) -> Option<TraceContext> {
        if !self.settings.decode_authorizer {
            return None;
        }
        self.event.authorizer = authorizer::carrier(&self.event.request);
        usable(self.propagator(), self.event.authorizer.as_ref()?)
    }

    /// AppSync passes the request's headers on one level down.
    fn app_sync(&self) -> Option<TraceContext> {
        let request = self.event.members.get(Member::Request)?;
        let [headers, multi_value] = request
            .members([b"headers", b"multiValueHeaders"])
            .map(|headers| headers.map(Headers::read).unwrap_or_default());
        http::Request {
            headers,
            multi_value,
        }
        .context(self.propagator())
    }

    fn step_functions(&self) -> Option<TraceContext> {
        let wrapped = || self.wrapped.as_ref()?.context();
        let passed_on = || self.payload.as_ref()?.execution.context();
        wrapped()
            .or_else(passed_on)
            .or_else(|| self.execution.context())
    }
}
