//! Kinesis: `_datadog` in the data, if the data is a JSON object.

use std::borrow::Cow;

use super::headers::Headers;
use super::{text, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::json::Reader;

/// The data of a record, in Base64.
#[derive(Debug, Default)]
pub(super) struct Data<'a>(Option<Cow<'a, str>>);

impl<'a> Data<'a> {
    /// The data in `kinesis`, a member of a record, which comes next.
    pub(super) fn read(json: &mut Reader<'a>) -> Self {
        let mut data = Self::default();
        let Some(kinesis) = json.object() else {
            return data;
        };
        while let Some(name) = json.member(kinesis) {
            if *name == *b"data" {
                data = Self(json.string());
            }
        }
        data
    }

    /// The trace context in the data.
    pub(super) fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let data = text::decode(&self.0?)?;
        let [carrier] = Reader::new(data.as_bytes()).members([b"_datadog"]);
        usable(propagator, &Headers::read(carrier?))
    }
}
