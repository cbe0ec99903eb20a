//! Kinesis: `_datadog` in the data, if that is a JSON object.

use super::headers::Headers;
use super::{text, usable};
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context of `kinesis`, a member of a record, which comes next (`extraction.md` 2.9).
pub(super) fn context(kinesis: Reader<'_>, propagator: &DatadogPropagator) -> Option<TraceContext> {
    let [mut data] = kinesis.members([b"data"]);
    let data = text::decode(&data.as_mut()?.string()?)?;
    let [carrier] = Reader::new(data.as_bytes()).members([b"_datadog"]);
    usable(propagator, &Headers::read(carrier?))
}
