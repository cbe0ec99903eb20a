//! `Records`: batches of SQS, SNS and Kinesis.

use super::attribute::Attribute;
use super::batch::{MAX_RECORDS, Place, Producer, Producers};
use super::sns::Notification;
use super::{kinesis, sqs};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::raw::RawEvent;
use crate::event::trigger;
use crate::json::{Level, Reader};

/// A batch whose first record has been read.
pub(super) struct Batch<'a> {
    /// The trace context of the first record. It alone decides on the parent, as in every Datadog library.
    pub(super) first: Option<TraceContext>,
    place: Place,
    /// The first record, as detection reads it.
    pub(super) record: trigger::Record<'a>,
    is_of_sqs: bool,
    /// The other records, if records of their kind can have a trace context.
    rest: Option<(Reader<'a>, Level)>,
}

impl<'a> Batch<'a> {
    /// Reads the first record of the batch that comes next.
    pub(super) fn enter(json: &mut Reader<'a>, propagator: &DatadogPropagator) -> Option<Self> {
        let array = json.array()?;
        if !json.element(array) {
            return None;
        }
        let place = json.ahead().len();
        let mut record = trigger::Record::default();
        let first = Record::read(json, Some(&mut record));
        if let Some(body) = first.sqs.body {
            record.body = trigger::Field::whole(body);
        }
        let rest = first.can_have_context().then(|| (json.clone(), array));
        Some(Self {
            first: first.context(propagator),
            place,
            is_of_sqs: record.is_of("aws:sqs"),
            record,
            rest,
        })
    }

    /// The producers of the records.
    pub(super) fn producers(
        &mut self,
        event: &RawEvent,
        propagator: &DatadogPropagator,
    ) -> Producers {
        let propagator = &propagator.for_links();
        let Some((mut json, array)) = self.rest.take() else {
            return Producers::default();
        };
        let first = self.first.as_ref().map(|first| (self.place, first));
        if self.is_of_sqs
            && let Some(attributes) = sqs::attributes_ahead(&json)
        {
            let is_all = attributes.len() < MAX_RECORDS;
            let last = attributes.last().filter(|_| !is_all);
            let unread = last.map_or(0, |last| last.ahead().len());
            let contexts = attributes.into_iter().map(|mut attribute| {
                let place = attribute.ahead().len();
                let attribute = Attribute::read(&mut attribute);
                (place, attribute.and_then(|it| it.context(propagator)))
            });
            return Producers::of(first, contexts).read(event, unread);
        }
        let records = std::iter::from_fn(|| {
            let is_there = json.element(array);
            let place = json.ahead().len();
            is_there.then(|| (place, Record::read(&mut json, None).context(propagator)))
        });
        let producers = Producers::of(first, records);
        producers.read(event, json.ahead().len())
    }
}

/// The producer of a single record, if it has a trace context.
pub(crate) fn producer(record: &[u8], propagator: &DatadogPropagator) -> Option<Producer> {
    let record = Record::read(&mut Reader::new(record), None);
    let context = record.context(&propagator.for_links())?;
    context.is_usable().then(|| Producer::of(&context))
}

/// The trace context of a record that isn't part of a batch.
#[cfg(feature = "aws-sqs")]
pub(crate) fn context(record: &[u8], propagator: &DatadogPropagator) -> Option<TraceContext> {
    Record::read(&mut Reader::new(record), None).context(propagator)
}

/// The members of a record that can have a trace context.
#[derive(Debug, Default)]
struct Record<'a> {
    sns: Option<Notification<'a>>,
    kinesis: Option<kinesis::Data<'a>>,
    sqs: sqs::Message<'a>,
}

impl<'a> Record<'a> {
    /// Reads the record that comes next, in one pass to its end, so that nothing is stepped over again on the
    /// way to the next. Notes for detection where its members stand.
    fn read(json: &mut Reader<'a>, mut seen: Option<&mut trigger::Record<'a>>) -> Self {
        let mut record = Self::default();
        let Some(object) = json.object() else {
            return record;
        };
        while let Some(name) = json.member(object) {
            if let Some(seen) = &mut seen {
                seen.note(&name, json);
            }
            match &*name {
                b"Sns" => {
                    let seen = seen
                        .as_mut()
                        .map(|seen| seen.sns.insert(trigger::Notification::default()));
                    record.sns = Some(Notification::read(json, seen));
                }
                b"kinesis" => {
                    let seen = seen
                        .as_mut()
                        .map(|seen| seen.kinesis.insert(trigger::KinesisData::default()));
                    record.kinesis = Some(kinesis::Data::read(json, seen));
                }
                name => record.sqs.note(name, json),
            }
        }
        record
    }

    /// Streams of DynamoDB and notifications of S3 have no place for a trace context.
    fn can_have_context(&self) -> bool {
        self.sns.is_some() || self.kinesis.is_some() || self.sqs.body.is_some()
    }

    fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        if let Some(notification) = self.sns {
            return notification.context(propagator);
        }
        if let Some(data) = self.kinesis {
            return data.context(propagator);
        }
        self.sqs.context(propagator)
    }
}
