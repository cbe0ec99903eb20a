//! A span as it is sent.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A span of a v0.4 payload.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Span {
    /// The service it belongs to.
    pub service: String,
    /// The operation's name, such as `aws.lambda`.
    pub name: String,
    /// What the operation worked on.
    pub resource: String,
    /// The span's type, such as `serverless`; empty if there is none.
    #[serde(rename = "type", default)]
    pub span_type: String,
    /// The lower half of the trace id; see [`Span::trace_id_128`].
    pub trace_id: u64,
    /// The span's own id.
    pub span_id: u64,
    /// The parent's id; 0 for none, which Datadog's own tracer for Rust leaves out, as the agent allows.
    #[serde(default)]
    pub parent_id: u64,
    /// When it started, in nanoseconds since 1970.
    pub start: i64,
    /// How long it took, in nanoseconds.
    pub duration: i64,
    /// 1 for a span that failed, otherwise 0, which may be left out in the same way.
    #[serde(default)]
    pub error: i32,
    /// Tags that are text.
    #[serde(default)]
    pub meta: BTreeMap<String, String>,
    /// Tags that are numbers.
    #[serde(default, deserialize_with = "floats")]
    pub metrics: BTreeMap<String, f64>,
    /// Other spans that this one refers to.
    #[serde(default)]
    pub span_links: Vec<SpanLink>,
    /// The upper half of the trace id; not a member of the payload, but of `_dd.p.tid` of its chunk.
    #[serde(skip)]
    pub trace_id_high: u64,
}

/// A reference from one span to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpanLink {
    /// The lower half of the other span's trace id.
    pub trace_id: u64,
    /// The upper half.
    #[serde(default)]
    pub trace_id_high: u64,
    /// The other span's id.
    pub span_id: u64,
    /// What the reference means.
    #[serde(default)]
    pub attributes: BTreeMap<String, String>,
    /// The W3C trace state.
    #[serde(default)]
    pub tracestate: String,
    /// The W3C trace flags, with bit 31 set if they are known.
    #[serde(default)]
    pub flags: u32,
}

impl Span {
    /// The whole trace id, with the upper half that the span's chunk gave in `_dd.p.tid`.
    #[must_use]
    pub fn trace_id_128(&self) -> u128 {
        (u128::from(self.trace_id_high) << 64) | u128::from(self.trace_id)
    }

    /// When it ended, in nanoseconds since 1970.
    #[must_use]
    pub fn end(&self) -> i64 {
        self.start.saturating_add(self.duration)
    }
}

/// Datadog's agent accepts an integer as a metric; the documented type is only the float.
fn floats<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, f64>, D::Error> {
    let metrics = BTreeMap::<String, Float>::deserialize(deserializer)?;
    Ok(metrics
        .into_iter()
        .map(|(name, Float(value))| (name, value))
        .collect())
}

struct Float(f64);

impl<'de> Deserialize<'de> for Float {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FloatVisitor)
    }
}

struct FloatVisitor;

impl Visitor<'_> for FloatVisitor {
    type Value = Float;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a metric as a float")
    }

    fn visit_f32<E: Error>(self, value: f32) -> Result<Float, E> {
        Ok(Float(f64::from(value)))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Float, E> {
        Ok(Float(value))
    }
}
