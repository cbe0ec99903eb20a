//! What the user's extractor says of an event: a trace context, or why there is none.

use std::time::Duration;

use super::extractor::{Extracted, Extraction, Found};
use super::{decided, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::handler::panic::{self, catch_panic};
use crate::timer;

/// Calls the extractor, and waits for it no longer than `limit`; `None` where there is no extractor.
pub(crate) async fn ask<'a>(
    extract: impl FnOnce() -> Option<Extraction<'a>>,
    limit: Option<Duration>,
    propagator: &DatadogPropagator,
) -> Option<Result<TraceContext, String>> {
    let extracted = match panic::catch(extract) {
        Ok(None) => return None,
        Ok(Some(Extraction::Ready(extracted))) => Ok(extracted),
        Ok(Some(Extraction::Pending(future))) => {
            match timer::within(limit.unwrap_or(Duration::MAX), catch_panic(future)).await {
                Ok(extracted) => extracted,
                Err(timer::Elapsed) => return Some(Err(too_slow(limit))),
            }
        }
        Err(panic) => Err(panic),
    };
    Some(match extracted {
        Ok(extracted) => found(extracted, propagator),
        Err(panic) => Err(format!("it panicked: {}", panic.message())),
    })
}

fn too_slow(limit: Option<Duration>) -> String {
    let limit = limit.unwrap_or_default().as_millis();
    format!(
        "it took longer than {limit} ms; make it faster or set `DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS`"
    )
}

fn found(extracted: Extracted, propagator: &DatadogPropagator) -> Result<TraceContext, String> {
    match extracted.0 {
        Found::Carrier(carrier) => usable(propagator, &carrier)
            .ok_or_else(|| "its carrier has no usable trace id and parent id".to_owned()),
        Found::TraceContext(context) if context.is_usable() => Ok(decided(context)),
        Found::TraceContext(context) => Err(format!(
            "trace id {} with parent id {} cannot be a parent",
            context.trace_id(),
            context.parent_id()
        )),
        Found::Nothing(reason) => Err(reason),
    }
}
