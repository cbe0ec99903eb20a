//! A Lambda authorizer's trace context, on its way through API Gateway to the function behind it.
//!
//! API Gateway hands the `context` of an authorizer's answer to the function that it authorizes, as
//! `requestContext.authorizer`; a member `_datadog` of it connects the two.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry::Context;
use serde_json::{Map, Value, json};

use super::trace_headers::trace_headers;
use crate::event::raw::RawEvent;
use crate::event::trigger::AUTHORIZER_FINISH_TIME;
use crate::json::Reader;
use crate::telemetry::Telemetry;

/// The value of `_datadog` in the `context` of a Lambda authorizer's answer: the active trace context, for
/// the function behind the authorizer to join.
///
/// A handler under `#[traced_handler]` that answers with a [`serde_json::Value`] needs no call: where that
/// has a `principalId` and a `policyDocument`, the member is added. Any other type is yours; put the value
/// into the map that becomes its `context`:
///
/// ```
/// use std::collections::HashMap;
///
/// use dd_trace_runtime::{authorizer_context, traced_handler};
/// use lambda_runtime::{Error, LambdaEvent};
/// use serde::Serialize;
/// use serde_json::Value;
///
/// #[derive(Serialize)]
/// #[serde(rename_all = "camelCase")]
/// struct Answer {
///     is_authorized: bool,
///     context: HashMap<&'static str, String>,
/// }
///
/// #[traced_handler]
/// async fn authorize(event: LambdaEvent<Value>) -> Result<Answer, Error> {
///     let request_id = event.payload["requestContext"]["requestId"].as_str();
///     let context = authorizer_context(request_id).map(|value| ("_datadog", value));
///     Ok(Answer {
///         is_authorized: true,
///         context: context.into_iter().collect(),
///     })
/// }
/// # let _ = authorize;
/// ```
///
/// `request_id` is `requestContext.requestId` of the authorizer's event, if it has one: a `TOKEN` authorizer
/// has none. By it the function behind finds out that the answer isn't one that API Gateway kept from an
/// earlier request. `None` where nothing is active, and with `DD_ENCODE_AUTHORIZER_CONTEXT=false`.
#[must_use]
pub fn authorizer_context(request_id: Option<&str>) -> Option<String> {
    if !Telemetry::current().encodes_authorizer() {
        return None;
    }
    let headers = trace_headers();
    if headers.is_empty() {
        return None;
    }
    let mut members = Map::new();
    for (name, value) in &headers {
        members.insert(name.to_owned(), value.into());
    }
    // The span ends right after this.
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now = u64::try_from(now.as_nanos()).unwrap_or_default();
    members.insert(AUTHORIZER_FINISH_TIME.to_owned(), now.into());
    if let Some(id) = request_id {
        members.insert("x-datadog-authorizing-requestid".to_owned(), id.into());
    }
    Some(STANDARD.encode(serde_json::to_string(&members).ok()?))
}

/// Adds the context of the span in `active` to `answer`, if that is an authorizer's.
pub(crate) fn pass_on(answer: &mut Value, event: &RawEvent, active: &Context) {
    let Some(answer) = answer.as_object_mut().filter(|answer| authorizes(answer)) else {
        return;
    };
    let value = {
        let _active = active.clone().attach();
        authorizer_context(request_id(event).as_deref())
    };
    let Some(value) = value else {
        return;
    };
    let context = answer.entry("context").or_insert_with(|| json!({}));
    if context.is_null() {
        *context = json!({});
    }
    // Anything else that isn't an object is API Gateway's to refuse.
    if let Some(context) = context.as_object_mut() {
        context.insert("_datadog".to_owned(), value.into());
    }
}

/// Whether it has what the answer of an authorizer must have.
fn authorizes(answer: &Map<String, Value>) -> bool {
    let says = |name: &str| match answer.get(name) {
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Object(members)) => !members.is_empty(),
        _ => false,
    };
    says("principalId") && says("policyDocument")
}

/// `requestContext.requestId`.
fn request_id(event: &RawEvent) -> Option<String> {
    let [request] = Reader::new(event.as_bytes()).members([b"requestContext"]);
    let [id] = request?.members([b"requestId"]);
    Some(id?.string()?.into_owned())
}
