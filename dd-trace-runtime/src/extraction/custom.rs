//! What the user's extractor answers for an event: a trace context, or why there is none.

use std::fmt;
use std::time::Duration;

use super::extractor::{Extracted, Extraction, Found};
use super::{decided, usable};
use crate::context::propagation::DatadogPropagator;
use crate::context::trace_context::TraceContext;
use crate::handler::panic::{self, catch_panic};
use crate::timer;

/// Why an extractor gave no trace context.
#[derive(Debug)]
pub(crate) enum NoContext {
    /// It has no opinion on this event.
    None,
    /// Something went wrong, in words.
    Failed(String),
}

impl fmt::Display for NoContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::None => "it returned `None`",
            Self::Failed(reason) => reason,
        })
    }
}

/// Calls the extractor and waits for it, for as long as `limit` says; `None` if there is no extractor.
pub(crate) async fn ask<'a>(
    extract: impl FnOnce() -> Option<Extraction<'a>>,
    limit: impl FnOnce() -> Option<Duration>,
    propagator: &DatadogPropagator,
) -> Option<Result<TraceContext, NoContext>> {
    let extracted = match panic::catch(extract) {
        Ok(None) => return None,
        Ok(Some(Extraction::Ready(extracted))) => Ok(extracted),
        Ok(Some(Extraction::Pending(future))) => {
            let limit = limit();
            let within = timer::within(limit.unwrap_or(Duration::MAX), catch_panic(future));
            // Boxed, as most handlers have no such extractor.
            match Box::pin(within).await {
                Ok(extracted) => extracted,
                Err(timer::Elapsed) => return Some(Err(NoContext::Failed(too_slow(limit)))),
            }
        }
        Err(panic) => Err(panic),
    };
    Some(match extracted {
        Ok(extracted) => found(extracted, propagator),
        Err(panic) => {
            let reason = format!("it panicked: {}", panic.message());
            Err(NoContext::Failed(reason))
        }
    })
}

fn too_slow(limit: Option<Duration>) -> String {
    let limit = limit.unwrap_or_default().as_millis();
    format!(
        "it took longer than {limit} ms; make it faster or set `DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS`"
    )
}

fn found(extracted: Extracted, propagator: &DatadogPropagator) -> Result<TraceContext, NoContext> {
    let reason = match extracted.0 {
        Found::Carrier(carrier) => match usable(propagator, &carrier) {
            Some(context) => return Ok(context),
            None => "its carrier has no usable trace id and parent id".to_owned(),
        },
        Found::TraceContext(context) if context.is_usable() => return Ok(decided(context)),
        Found::TraceContext(context) => format!(
            "trace id {} with parent id {} cannot be a parent",
            context.trace_id(),
            context.parent_id()
        ),
        Found::None => return Err(NoContext::None),
        Found::Nothing(reason) => reason,
    };
    Err(NoContext::Failed(reason))
}
