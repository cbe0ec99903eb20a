//! The time that a Lambda authorizer took before the request went on to the function.

use std::time::{Duration, SystemTime};

use super::event::Event;
use super::source::InferredSpan;

/// When the authorizer's spans ended, in nanoseconds since 1970.
pub(crate) const AUTHORIZER_FINISH_TIME: &str = "x-datadog-parent-span-finish-time";

/// When the authorizer's own spans ended, according to its trace context.
fn finished(event: &Event<'_>) -> Option<SystemTime> {
    let carrier = event.authorizer.as_ref()?;
    let nanoseconds: u64 = carrier.get(AUTHORIZER_FINISH_TIME)?.parse().ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(nanoseconds))
}

/// REST and WebSocket APIs say how long API Gateway waited for the authorizer. A span of its own shows that
/// time, and the span of the request begins when that one ends.
pub(super) fn before(event: &Event<'_>, request: &mut InferredSpan<'_>) {
    let Some(start) = finished(event) else {
        return;
    };
    let [latency] = event.request.authorizer.members([b"integrationLatency"]);
    let waited = latency
        .number()
        .and_then(|latency| Duration::try_from_secs_f64(latency / 1e3).ok());
    let end = request
        .start
        .and_then(|arrived| arrived.checked_add(waited.unwrap_or_default()));
    let end = end.map_or(start, |end| end.max(start));
    request.before = Some(Box::new(InferredSpan {
        name: "aws.apigateway.authorizer",
        start: Some(start),
        end: Some(end),
        is_sync: true,
        before: None,
        ..request.clone()
    }));
    request.start = Some(end);
}

/// HTTP APIs don't say it: the span of the request begins where the authorizer's ended.
pub(super) fn delays(event: &Event<'_>, request: &mut InferredSpan<'_>) {
    if let Some(start) = finished(event) {
        request.start = Some(start);
    }
}
