//! `Records`: batches of SQS, SNS and Kinesis.

use super::{kinesis, sns, sqs};
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context of the first record of the batch that comes next: it alone decides, as in every
/// Datadog library (`extraction.md` 2).
pub(super) fn context(
    mut records: Reader<'_>,
    propagator: &DatadogPropagator,
) -> Option<TraceContext> {
    let array = records.array()?;
    if !records.element(array) {
        return None;
    }
    let [notification, kinesis] = records.clone().members([b"Sns", b"kinesis"]);
    if let Some(notification) = notification {
        return sns::context(notification, propagator);
    }
    if let Some(kinesis) = kinesis {
        return kinesis::context(kinesis, propagator);
    }
    sqs::context(records, propagator)
}
