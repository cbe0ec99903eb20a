//! Kinesis: `_datadog` in the data, if the data is a JSON object.

use std::borrow::Cow;

use memchr::memmem::find;

use super::headers::Headers;
use super::{text, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::trigger;
use crate::json::Reader;

/// The data of a record, in Base64.
#[derive(Debug, Default)]
pub(super) struct Data<'a>(Option<Cow<'a, str>>);

/// What the Base64 of any text with `_datadog` in it has: the word's inner digits, wherever its first byte falls in a
/// group of three.
const IN_BASE64: [&[u8]; 3] = [b"X2RhdGFkb2", b"9kYXRhZG9n", b"fZGF0YWRvZ"];

impl<'a> Data<'a> {
    /// The data in `kinesis`, a member of a record, which comes next.
    /// Notes for detection where the other members stand.
    pub(super) fn read(
        json: &mut Reader<'a>,
        mut seen: Option<&mut trigger::KinesisData<'a>>,
    ) -> Self {
        let mut data = Self::default();
        let Some(kinesis) = json.object() else {
            return data;
        };
        while let Some(name) = json.member(kinesis) {
            if let Some(seen) = &mut seen {
                seen.note(&name, json);
            }
            if *name == *b"data" {
                data = Self(json.string());
            }
        }
        data
    }

    /// The trace context in the data.
    pub(super) fn context(self, propagator: &DatadogPropagator) -> Option<TraceContext> {
        let data = self.0?;
        // A search is cheaper than to decode the data of producers that aren't traced.
        let mentions = |digits: &[u8]| find(data.as_bytes(), digits).is_some();
        if !IN_BASE64.into_iter().any(mentions) {
            return None;
        }
        let data = text::decode(&data)?;
        let [carrier] = Reader::new(data.as_bytes()).members([b"_datadog"]);
        usable(propagator, &Headers::read(carrier?))
    }
}
