//! What a custom extractor returned, or why it gave no trace context.

use std::any::type_name;

use lambda_runtime::Context;
use serde::Serialize;

use super::{Explanation, explain_upstream};
use crate::event::raw::RawEvent;
use crate::extraction::extractor::Extractor;
use crate::extraction::{self, Parent, Upstream, custom};
use crate::log;
use crate::telemetry::Telemetry;

/// An extractor that was run on the event.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ExplainedExtractor {
    /// Its path.
    pub(super) name: &'static str,
    /// Why it gave no trace context; `None` if the one it returned is used.
    pub(super) reason: Option<String>,
}

/// As [`explain`](crate::explain()), but asks the handler's custom extractor first.
///
/// The explanation says that the extractor's trace context is used, or why there is none: the extractor returned
/// `None` or an error, its parameter didn't fit the event, it panicked, or it took longer than
/// `DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS`. In that case the built-in sources follow, as they are asked next.
///
/// ```
/// use dd_trace_runtime::{Carrier, RawEvent, explain_with};
/// use lambda_runtime::Context;
/// use serde::Deserialize;
/// use serde_json::Value;
///
/// /// The extractor of `#[traced_handler(extractor = "of_order")]`.
/// fn of_order(event: &Value) -> Option<Carrier> {
///     Carrier::deserialize(&event["order"]["trace"]).ok()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let event = RawEvent::from(r#"{"order":{"trace":{"x-datadog-trace-id":"1"}}}"#);
/// let explanation = explain_with(of_order, &event, &Context::default()).await;
/// assert!(explanation.to_string().contains("its carrier has no usable trace id and parent id"));
/// # }
/// ```
pub async fn explain_with<Signature, F>(
    extractor: F,
    event: &RawEvent,
    context: &Context,
) -> Explanation
where
    F: Extractor<Signature>,
{
    let telemetry = Telemetry::current();
    let settings = telemetry.extraction();
    let extract = || Some(extractor.extract(event, context));
    let limit = telemetry.extractor_timeout(context.deadline());
    let asked = custom::ask(extract, || limit, telemetry.propagator()).await;
    let extractor = |reason| ExplainedExtractor {
        name: type_name::<F>(),
        reason,
    };
    match asked {
        Some(Ok(found)) => {
            let parent = Parent::of_event(found, context, settings);
            let upstream = Upstream::of_extractor(parent, event);
            let extractor = Some(extractor(None));
            explain_upstream(&telemetry, (event, context), &upstream, extractor)
        }
        asked => {
            let upstream = extraction::extract_all(event, context, settings);
            let reason = asked.and_then(Result::err);
            let reason = reason.map_or_else(String::new, |reason| reason.to_string());
            let extractor = Some(extractor(Some(log::excerpt(&reason).to_string())));
            explain_upstream(&telemetry, (event, context), &upstream, extractor)
        }
    }
}

impl ExplainedExtractor {
    pub(super) fn is_winner(&self) -> bool {
        self.reason.is_none()
    }
}
