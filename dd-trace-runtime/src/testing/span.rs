//! A span as Datadog gets it.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::context::trace_context::TraceContext;
use crate::telemetry::started::Started;

/// A span as it would be sent to Datadog: the fields of its API, decoded from the encoded bytes.
#[derive(Debug, Clone, PartialEq, Deserialize)]
// If the exporter gains a field, it has to be added here.
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Span {
    /// The service it belongs to.
    pub service: String,
    /// The operation, such as `aws.lambda`; an OpenTelemetry span has the one of its kind, such as `internal`.
    pub name: String,
    /// What the operation worked on: the function's name, or the name of an OpenTelemetry span.
    pub resource: String,
    /// The type, such as `serverless`.
    #[serde(rename = "type")]
    pub span_type: String,
    /// The lower half of the trace id; [`trace_context`](Self::trace_context) has the whole.
    pub trace_id: u64,
    /// The span's own id.
    pub span_id: u64,
    /// The id of its parent; 0 for none.
    pub parent_id: u64,
    /// When it started, in nanoseconds since 1970.
    pub start: i64,
    /// How long it took, in nanoseconds.
    pub duration: i64,
    /// 1 for a span that failed, otherwise 0.
    pub error: i32,
    /// The tags that are text.
    pub meta: BTreeMap<String, String>,
    /// The tags that are numbers.
    pub metrics: BTreeMap<String, f64>,
    /// The other spans that this one refers to.
    #[serde(default)]
    pub span_links: Vec<SpanLink>,
    /// Not sent: it is known when the span starts.
    #[serde(skip, default = "not_known")]
    context: TraceContext,
}

/// A reference from one span to another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct SpanLink {
    /// The lower half of the other span's trace id.
    pub trace_id: u64,
    /// The upper half.
    pub trace_id_high: u64,
    /// The other span's id.
    pub span_id: u64,
    /// The W3C trace flags; bit 31 says that they are known.
    pub flags: u32,
    /// The W3C trace state.
    #[serde(default)]
    pub tracestate: String,
    /// What the reference means.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
}

fn not_known() -> TraceContext {
    TraceContext::new(0, 0, None)
}

impl Span {
    /// What its children get, and the payloads and headers that are written while it is active: this span as
    /// the parent, with everything that travels with the trace.
    #[must_use]
    pub fn trace_context(&self) -> TraceContext {
        self.context.clone()
    }

    /// Reads chunks as the exporter encodes them; the spans are in the order in which they started.
    pub(super) fn decode(
        chunks: &[Vec<u8>],
        started: &Started,
    ) -> Result<Vec<Self>, rmp_serde::decode::Error> {
        let mut spans = Vec::new();
        for chunk in chunks {
            let chunk: Vec<Self> = rmp_serde::from_slice(chunk)?;
            spans.extend(chunk.into_iter().map(|span| span.located(started)));
        }
        spans.sort_by_key(|(place, _)| *place);
        Ok(spans.into_iter().map(|(_, span)| span).collect())
    }

    fn located(mut self, started: &Started) -> (Option<usize>, Self) {
        let Some((place, context)) = started.context_of(self.span_id) else {
            return (None, self);
        };
        self.context = context;
        (Some(place), self)
    }
}
