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
/// With [Data Streams Monitoring](crate::guide::data_streams) they have the pathway of the message that came in, too.
///
/// ```
/// let headers = dd_trace_runtime::trace_headers();
/// assert!(headers.is_empty(), "nothing is active here");
/// ```
#[must_use]
pub fn trace_headers() -> Carrier {
    let telemetry = Telemetry::current();
    let headers = |cx: &Context| {
        let context = telemetry.trace_context_of(cx)?;
        Some(telemetry.propagator().headers(&context))
    };
    let headers = telemetry.enabled().then(|| Context::map_current(headers));
    let headers = headers.flatten().unwrap_or_default();
    #[cfg(feature = "dsm")]
    let headers = with_pathway(headers, |cx| {
        telemetry.produced(cx).or_else(|| telemetry.carried_on(cx))
    });
    headers
}

/// The headers of a given trace context. The pathway of what came in isn't of that context, so it stays behind.
pub(crate) fn headers_of(context: &TraceContext) -> Carrier {
    let telemetry = Telemetry::current();
    let headers = || telemetry.propagator().headers(context);
    let headers = telemetry.enabled().then(headers).unwrap_or_default();
    #[cfg(feature = "dsm")]
    let headers = with_pathway(headers, |cx| telemetry.produced(cx));
    headers
}

/// With the header of Data Streams Monitoring, if there is one in the current context.
#[cfg(feature = "dsm")]
fn with_pathway(mut headers: Carrier, pathway: impl FnOnce(&Context) -> Option<String>) -> Carrier {
    if let Some(pathway) = Context::map_current(pathway) {
        headers.insert(crate::data_streams::HEADER, pathway);
    }
    headers
}
