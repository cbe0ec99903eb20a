//! HTTP headers: API Gateway, load balancers, function URLs, AppSync, and any event with a `headers`
//! object.

use super::headers::Headers;
use super::usable;
use crate::json::Reader;
use crate::propagation::DatadogPropagator;
use crate::trace_context::TraceContext;

/// The trace context in the headers of an event, or of the request in it.
///
/// `headers` and `multiValueHeaders` complete each other, and `headers` comes first; of a list of values
/// the first counts: that of `multiValueHeaders`, or of `headers` in VPC Lattice's events
/// (`extraction.md` 2.2).
pub(super) fn context(
    headers: Option<Reader<'_>>,
    multi_value: Option<Reader<'_>>,
    propagator: &DatadogPropagator,
) -> Option<TraceContext> {
    let mut all = headers.map(Headers::read).unwrap_or_default();
    if let Some(multi_value) = multi_value {
        all.complete(Headers::read(multi_value));
    }
    usable(propagator, &all)
}
