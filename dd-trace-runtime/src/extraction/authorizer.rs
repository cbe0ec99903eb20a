//! A Lambda authorizer's trace context, which API Gateway passes on to the function behind it.

use super::text;
use crate::context::carrier::Carrier;
use crate::event::trigger::{AUTHORIZER_FINISH_TIME, RequestContext};
use crate::json::Reader;
use crate::json::word::DATADOG;

/// The headers that the authorizer returned for this very request.
///
/// API Gateway caches an authorizer's result, and every request that is served from the cache would join the
/// trace of the first. So a cached result doesn't count.
pub(super) fn carrier(request: &RequestContext<'_>) -> Option<Carrier> {
    let authorizer = &request.authorizer;
    // Few authorizers are ours: a search is cheaper than reading everything.
    if !authorizer.reader()?.mentions(&DATADOG) {
        return None;
    }
    let [direct, lambda, latency] =
        authorizer.members([b"_datadog", b"lambda", b"integrationLatency"]);
    // HTTP APIs put it one level down.
    let nested = || {
        let [nested] = lambda.members([b"_datadog"]);
        nested.reader()
    };
    let mut data = direct.reader().or_else(nested)?;
    let data = text::decode(&data.string()?)?;
    let mut carrier = Carrier::from_json(&data)?;
    // Datadog's libraries write it as a number, which no header can be.
    let [finished] = Reader::new(data.as_bytes()).members([AUTHORIZER_FINISH_TIME.as_bytes()]);
    if let Some(finished) = finished.and_then(|mut finished| finished.raw()) {
        carrier.insert(AUTHORIZER_FINISH_TIME, finished.trim_matches('"'));
    }
    let of_request = carrier.get("x-datadog-authorizing-requestid");
    let request_id = request.request_id.reader();
    let same_request = request_id
        .and_then(|mut id| id.string())
        .is_some_and(|id| of_request == Some(&*id));
    let is_fresh = latency
        .number()
        .is_some_and(|milliseconds| milliseconds > 0.0);
    (same_request || is_fresh).then_some(carrier)
}
