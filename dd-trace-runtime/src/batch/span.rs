//! The span of one record.

use opentelemetry::trace::{Link, SpanBuilder, SpanKind, TraceContextExt};
use opentelemetry::{Context, StringValue};

use super::entry::Entry;
use super::record::Batch;
use super::source::{Kind, Source};
use crate::conventions::OwnTags;
#[cfg(feature = "dsm")]
use crate::event::trigger::TriggerKind;
use crate::event::trigger::pointer_of_item;
use crate::extraction::{Producer, Unread, producer_of_record};
use crate::handler::failure::ErrorTags;
use crate::span::aws_lambda::link_to_producer;
use crate::span::inferred::link_up;
use crate::telemetry::Telemetry;

impl Kind {
    #[cfg(feature = "dsm")]
    fn trigger(self) -> TriggerKind {
        match self {
            Self::Sqs => TriggerKind::Sqs,
            Self::Kinesis => TriggerKind::Kinesis,
            Self::DynamoDb => TriggerKind::DynamoDb,
        }
    }

    /// The span's name, and the tags for the record's source and for its id.
    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Sqs => ("aws.sqs.process", "queuename", "message_id"),
            Self::Kinesis => ("aws.kinesis.process", "streamname", "sequence_number"),
            Self::DynamoDb => ("aws.dynamodb.process", "tablename", "sequence_number"),
        }
    }
}

/// The context in which a record is processed.
#[derive(Debug)]
pub(super) struct RecordSpan {
    context: Context,
    /// A record has no span of its own if no span is active or tracing is off.
    is_own: bool,
}

impl RecordSpan {
    /// Starts the span of a record, with a link to the record's producer.
    pub(super) fn start(batch: &Batch, entry: &Entry) -> Self {
        let parent = &batch.parent;
        let Entry { json, source } = entry;
        let telemetry = Telemetry::of(parent);
        if !telemetry.enabled() || !parent.span().span_context().is_valid() {
            return Self {
                context: parent.clone(),
                is_own: false,
            };
        }
        let mut builder =
            SpanBuilder::from_name(source.kind.names().0).with_kind(SpanKind::Consumer);
        let producer = producer(&telemetry, batch, entry);
        let producer = producer.as_ref().map(link_to_producer);
        let writer = writer(&telemetry, source, json);
        // `with_links` drops a link that names no span, as a pointer does.
        builder.links = Some(producer.into_iter().chain(writer).collect());
        let tracer = telemetry.tracer();
        let span = tracer.start_own(builder, tags(source), parent);
        let context = parent.with_span(span);
        #[cfg(feature = "dsm")]
        let context = telemetry.in_pathway_of(json, source.kind.trigger(), context);
        Self {
            context,
            is_own: true,
        }
    }

    pub(super) fn context(&self) -> Context {
        self.context.clone()
    }

    /// Ends the span, with the error of the record if it has one.
    pub(super) fn finish(self, error: Option<ErrorTags>) {
        if self.is_own {
            let span = self.context.span();
            if let Some(error) = error {
                error.tell(&span);
            }
            span.end();
        }
    }
}

fn tags(source: &Source) -> OwnTags {
    let (name, source_tag, id_tag) = source.kind.names();
    let source_name = Some(&*source.name).filter(|name| !name.is_empty());
    let resource = source_name.map_or(name.into(), |name| StringValue::from(name.to_owned()));
    let mut tags = OwnTags::of_call(name, resource, "worker");
    tags.tag(id_tag, &source.id);
    tags.tag_if(source_tag, source_name);
    tags
}

/// A span pointer to the item of a record of a DynamoDB stream. Its writer has the same.
fn writer(telemetry: &Telemetry, source: &Source, record: &[u8]) -> Option<Link> {
    if source.kind != Kind::DynamoDb || !telemetry.adds_span_pointers() {
        return None;
    }
    pointer_of_item(record).map(link_up)
}

/// The producer of the record, which extraction has found already unless the batch is a long one.
fn producer(telemetry: &Telemetry, batch: &Batch, entry: &Entry) -> Option<Producer> {
    let propagator = telemetry.propagator();
    // A stream of DynamoDB has no place for a trace context.
    if !propagator.continues() || entry.source.kind == Kind::DynamoDb {
        return None;
    }
    let running = batch.running.as_ref().ok_or(Unread);
    let known = running.and_then(|running| running.producer_of(&entry.json));
    known.unwrap_or_else(|Unread| producer_of_record(&entry.json, propagator))
}
