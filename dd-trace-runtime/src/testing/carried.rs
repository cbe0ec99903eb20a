//! Trace contexts that travel in a payload.

use opentelemetry::Context;

use crate::config::Config;
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::event::raw::RawEvent;
use crate::extraction::payload::Payload;
use crate::extraction::{self, Settings};
use crate::json::Reader;
use crate::telemetry::Telemetry;

/// The trace context that a payload carries, as a traced function's built-in extraction finds it.
///
/// Compare it with [`Span::trace_context`](super::Span::trace_context) of the span that sent it. For headers,
/// call `DatadogPropagator::default().extract_trace_context(&headers)`.
///
/// ```
/// use dd_trace_runtime::testing::carried;
///
/// let payload = r#"{"id":7,"_datadog":{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}}"#;
/// assert_eq!(carried(payload).unwrap().parent_id(), 2);
/// assert_eq!(carried(r#"{"id":7}"#), None);
/// ```
#[must_use]
pub fn carried(payload: &str) -> Option<TraceContext> {
    let settings = Settings::new(&Config::from_vars(|_| None));
    let lambda = lambda_runtime::Context::default();
    extraction::extract(&RawEvent::from(payload), &lambda, &settings).map(|parent| parent.context)
}

/// The trace context in a top-level field other than `_datadog`, in any shape, as `#[datadog(field = "..")]`
/// writes it.
///
/// ```
/// use dd_trace_runtime::testing::carried_in;
///
/// let payload = r#"{"trace":"{\"x-datadog-trace-id\":\"1\",\"x-datadog-parent-id\":\"2\"}"}"#;
/// assert_eq!(carried_in("trace", payload).unwrap().parent_id(), 2);
/// ```
#[must_use]
pub fn carried_in(field: &str, payload: &str) -> Option<TraceContext> {
    let [value] = Reader::new(payload.as_bytes()).members([field.as_bytes()]);
    Payload::read(&mut value?).context(&DatadogPropagator::default())
}

/// Does `work` as a producer whose active trace context is `context`.
///
/// For tests of a payload without a handler, and for making events.
///
/// ```
/// use dd_trace_runtime::{TraceContext, TracedPayload, testing};
///
/// #[derive(TracedPayload)]
/// struct OrderPlaced { id: u64 }
///
/// let producer = TraceContext::new(1, 2, Some(1));
/// let payload = testing::in_context(&producer, || serde_json::to_string(&OrderPlaced { id: 7 }))?;
/// assert_eq!(testing::carried(&payload), Some(producer));
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn in_context<R>(context: &TraceContext, work: impl FnOnce() -> R) -> R {
    crate::telemetry::global::install();
    // Its settings are the defaults, not the environment's.
    let telemetry = Telemetry::new(Config::from_vars(|_| None));
    let base = telemetry.attach_to(&Context::new());
    let _active = context.clone().into_otel(&base).attach();
    work()
}
