//! Datadog's sample extractor for Go, in Rust: each message attribute of an SQS event is a header.

use std::collections::BTreeMap;

use dd_trace_runtime::{Carrier, traced_handler};
use examples::local;
use lambda_runtime::{Error, LambdaEvent};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SqsEvent {
    records: Vec<Record>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    message_attributes: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attribute {
    string_value: Option<String>,
}

fn example_sqs_extractor(event: &SqsEvent) -> Option<Carrier> {
    // Only in a batch of one has a single message started this invocation.
    let [record] = event.records.as_slice() else {
        return None;
    };
    let attributes = record.message_attributes.iter();
    let headers = attributes.filter_map(|(name, value)| Some((name, value.string_value.as_ref()?)));
    Some(headers.collect()) // whose names are case-insensitive
}

#[traced_handler(extractor = "example_sqs_extractor")]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let attribute = |value| json!({ "dataType": "String", "stringValue": value });
    let event = json!({ "Records": [{ "body": "{}", "messageAttributes": {
        "X-Datadog-Trace-Id": attribute("123"),
        "X-Datadog-Parent-Id": attribute("321"),
        "X-Datadog-Sampling-Priority": attribute("1"),
    } }] });
    local::function(dd_trace_runtime::run(handler), event).await
}
