//! The headers of a trace context, as the settings of the process write them.

use opentelemetry::Context;

use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;
use crate::telemetry::Telemetry;

/// The headers of the active trace context: what an outgoing message carries to its consumer.
///
/// The counterpart of `get_dd_trace_context` in Python and `getTraceHeaders` in Node; it works in a
/// handler and in any other process that has an active OpenTelemetry span. Without one, and with
/// `DD_TRACE_ENABLED=false`, the carrier is empty.
///
/// ```
/// let headers = dd_trace_runtime::trace_headers();
/// assert!(headers.is_empty(), "nothing is active here");
/// ```
#[must_use]
pub fn trace_headers() -> Carrier {
    let telemetry = Telemetry::current();
    let mut carrier = Carrier::new();
    if telemetry.enabled() {
        Context::map_current(|context| {
            if let Some(context) = telemetry.trace_context_of(context) {
                telemetry
                    .propagator()
                    .inject_trace_context(&context, &mut carrier);
            }
        });
    }
    carrier
}

/// The headers of a given trace context.
pub(crate) fn headers_of(context: &TraceContext) -> Carrier {
    let telemetry = Telemetry::current();
    let mut carrier = Carrier::new();
    if telemetry.enabled() {
        telemetry
            .propagator()
            .inject_trace_context(context, &mut carrier);
    }
    carrier
}
