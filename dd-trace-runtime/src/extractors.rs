//! Extractors that are ready to be named in `#[traced_handler(extractor = "..")]`.
//!
//! The first three are the samples on Datadog's page about serverless trace propagation, in Rust. Each has a
//! few lines: copy the most similar one and change what differs in your events.
//!
//! ```
//! use dd_trace_runtime::{extractors, traced_handler};
//! use lambda_runtime::{Error, LambdaEvent};
//! use serde_json::Value;
//!
//! #[traced_handler(extractor = extractors::message_body)]
//! async fn handler(event: LambdaEvent<Value>) -> Result<(), Error> {
//!     Ok(())
//! }
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::context::carrier::Carrier;

/// `_datadog` at the top level as a JSON text: the sample for Python, and what
/// `#[datadog(carrier = "json")]` writes.
///
/// ```
/// use dd_trace_runtime::extractors;
///
/// let event = serde_json::json!({"_datadog": r#"{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}"#});
/// assert_eq!(extractors::json_text(&event).unwrap().get("x-datadog-trace-id"), Some("1"));
/// ```
#[must_use]
pub fn json_text(event: &Value) -> Option<Carrier> {
    Carrier::from_json(event.get("_datadog")?.as_str()?)
}

/// `_datadog` at the top level as an object: the sample for Node, and what `TracedPayload` writes by default.
///
/// ```
/// use dd_trace_runtime::extractors;
///
/// let event = serde_json::json!({"_datadog": {"x-datadog-trace-id": "1", "x-datadog-parent-id": "2"}});
/// assert_eq!(extractors::object(&event).unwrap().get("x-datadog-parent-id"), Some("2"));
/// ```
#[must_use]
pub fn object(event: &Value) -> Option<Carrier> {
    headers_at(event, "/_datadog")
}

/// The message attributes of an SQS event with one record, each a header: the sample for Go.
///
/// With more than one record there is no answer: none of them alone started the invocation's trace.
///
/// ```
/// use dd_trace_runtime::extractors;
///
/// let event = serde_json::json!({"Records": [{"messageAttributes": {
///     "X-Datadog-Trace-Id": {"dataType": "String", "stringValue": "1"},
///     "X-Datadog-Parent-Id": {"dataType": "String", "stringValue": "2"}
/// }}]});
/// let batch = serde_json::from_value(event)?;
/// assert_eq!(extractors::sqs_attributes(&batch).unwrap().get("x-datadog-trace-id"), Some("1"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[must_use]
pub fn sqs_attributes(batch: &SqsBatch) -> Option<Carrier> {
    let [record] = batch.records.as_slice() else {
        return None;
    };
    let attributes = record.message_attributes.iter();
    let headers =
        attributes.filter_map(|(name, attribute)| Some((name, attribute.string_value.as_deref()?)));
    Some(headers.collect())
}

/// The part of an SQS event that [`sqs_attributes`] reads.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct SqsBatch {
    #[serde(rename = "Records")]
    records: Vec<SqsRecord>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsRecord {
    #[serde(default)]
    message_attributes: BTreeMap<String, SqsAttribute>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SqsAttribute {
    string_value: Option<String>,
}

/// An MQTT message as an `IoT` rule passes it on: its JSON payload with `_datadog`, or, if the rule selects `*
/// AS message` or encodes the payload, the same one level down.
///
/// ```
/// use dd_trace_runtime::extractors;
///
/// let carrier = serde_json::json!({"x-datadog-trace-id": "1", "x-datadog-parent-id": "2"});
/// for event in [
///     serde_json::json!({"temperature": 21, "_datadog": carrier}),
///     serde_json::json!({"topic": "sensors/1", "message": {"temperature": 21, "_datadog": carrier}}),
///     serde_json::json!({"topic": "sensors/1", "payload": {"temperature": 21, "_datadog": carrier}}),
/// ] {
///     assert!(extractors::mqtt(&event).is_some());
/// }
/// ```
#[must_use]
pub fn mqtt(event: &Value) -> Option<Carrier> {
    ["/_datadog", "/message/_datadog", "/payload/_datadog"]
        .into_iter()
        .find_map(|place| headers_at(event, place))
}

/// A payload of `TracedPayload` as the body of the first SQS message, or as the message of the first SNS
/// notification.
///
/// ```
/// use dd_trace_runtime::extractors;
///
/// let payload = r#"{"id":1,"_datadog":{"x-datadog-trace-id":"1","x-datadog-parent-id":"2"}}"#;
/// let event = serde_json::json!({"Records": [{"body": payload}]});
/// assert!(extractors::message_body(&event).is_some());
/// let event = serde_json::json!({"Records": [{"Sns": {"Message": payload}}]});
/// assert!(extractors::message_body(&event).is_some());
/// ```
#[must_use]
pub fn message_body(event: &Value) -> Option<Carrier> {
    let places = ["/Records/0/body", "/Records/0/Sns/Message"];
    let body = places
        .into_iter()
        .find_map(|place| event.pointer(place)?.as_str())?;
    let payload: Value = serde_json::from_str(body).ok()?;
    object(&payload).or_else(|| json_text(&payload))
}

/// The headers in the object at `pointer`, a JSON pointer, for an extractor of one line.
///
/// ```
/// use dd_trace_runtime::{Carrier, extractors};
/// use serde_json::Value;
///
/// fn trace(event: &Value) -> Option<Carrier> {
///     extractors::headers_at(event, "/meta/trace")
/// }
/// # let event = serde_json::json!({"meta": {"trace": {"x-datadog-trace-id": "1"}}});
/// # assert!(trace(&event).is_some());
/// ```
#[must_use]
pub fn headers_at(event: &Value, pointer: &str) -> Option<Carrier> {
    Carrier::deserialize(event.pointer(pointer)?).ok()
}
