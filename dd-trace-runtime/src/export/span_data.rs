//! A span that has ended, as the exporter receives it.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::{Event, Link, SpanContext, SpanId, SpanKind, Status};

use crate::context::local_trace::LocalTrace;
use crate::conventions::{Given, OwnTags};

/// The fields have the same names as in OpenTelemetry's SDK.
#[derive(Debug, Clone)]
pub(crate) struct SpanData {
    pub(crate) span_context: SpanContext,
    pub(crate) parent_span_id: SpanId,
    pub(crate) parent_span_is_remote: bool,
    pub(crate) span_kind: SpanKind,
    pub(crate) name: Cow<'static, str>,
    pub(crate) start_time: SystemTime,
    pub(crate) end_time: SystemTime,
    /// If a key is repeated, the last value counts.
    pub(crate) attributes: Vec<KeyValue>,
    /// The library's tags on a span of its own, unless an attribute replaces them.
    pub(crate) own: Option<Box<OwnTags>>,
    pub(crate) events: Vec<Event>,
    pub(crate) links: Vec<Link>,
    pub(crate) status: Status,
    /// The part of the span's trace in this process.
    pub(crate) trace: Arc<dyn LocalTrace>,
}

impl SpanData {
    pub(crate) fn given(&self) -> Given<'_> {
        Given {
            attributes: &self.attributes,
            own: self.own.as_deref(),
        }
    }
}
