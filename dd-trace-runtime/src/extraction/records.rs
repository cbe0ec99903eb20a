//! `Records`: batches of SQS, SNS and Kinesis.

use super::{kinesis, sns, sqs};
use crate::json::{Level, Reader};
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// How many links a span has at the most: OpenTelemetry's limit.
const MAX_LINKS: usize = 128;

/// The records of a batch, one after the other.
pub(super) struct Records<'a> {
    json: Reader<'a>,
    array: Level,
}

impl<'a> Records<'a> {
    /// Enters the batch that comes next.
    pub(super) fn enter(mut json: Reader<'a>) -> Option<Self> {
        let array = json.array()?;
        Some(Self { json, array })
    }

    /// The trace contexts of the records after the first, in their order, each once: those of the other
    /// producers, whom no Datadog library shows. A batch has records of one kind.
    pub(super) fn others(mut self, propagator: &DatadogPropagator) -> Vec<TraceContext> {
        let first = self.next().map(Record::read);
        let mut others = Vec::new();
        if !first.as_ref().is_some_and(Record::can_have_context) {
            return others;
        }
        let first = first.and_then(|first| first.context(propagator));
        while others.len() < MAX_LINKS
            && let Some(record) = self.next()
        {
            let Some(context) = Record::read(record).context(propagator) else {
                continue;
            };
            let is_same = |known: &TraceContext| known.is_same_span(&context);
            if !first.as_ref().is_some_and(is_same) && !others.iter().any(is_same) {
                others.push(context);
            }
        }
        others
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Reader<'a>;

    fn next(&mut self) -> Option<Reader<'a>> {
        self.json.element(self.array).then(|| self.json.clone())
    }
}

/// The trace context of the first record, which alone decides on the parent, as in every Datadog library
/// (`extraction.md` 2).
pub(super) fn first(batch: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let first = Records::enter(batch)?.next()?;
    Record::read(first).context(propagator)
}

/// The members of a record that can have a trace context.
struct Record<'a> {
    sns: Option<Reader<'a>>,
    kinesis: Option<Reader<'a>>,
    sqs: sqs::Message<'a>,
}

impl<'a> Record<'a> {
    fn read(record: Reader<'a>) -> Self {
        let [sns, kinesis, body, attributes, system] = record.members([
            b"Sns",
            b"kinesis",
            b"body",
            b"messageAttributes",
            b"attributes",
        ]);
        Self {
            sns,
            kinesis,
            sqs: sqs::Message {
                body,
                attributes,
                system,
            },
        }
    }

    /// Streams of DynamoDB and notifications of S3 have no place for one.
    fn can_have_context(&self) -> bool {
        self.sns.is_some() || self.kinesis.is_some() || self.sqs.body.is_some()
    }

    fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        if let Some(notification) = self.sns {
            return sns::context(notification, propagator);
        }
        if let Some(kinesis) = self.kinesis {
            return kinesis::context(kinesis, propagator);
        }
        self.sqs.context(propagator)
    }
}
