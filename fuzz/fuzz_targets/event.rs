//! Events that look like those of AWS, put together from their parts: the answer doesn't depend on how the JSON is
//! written.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use dd_trace_runtime::{RawEvent, extract_trace_context};
use lambda_runtime::Context;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

/// The names that extraction looks for; other names come from the fuzzer.
const NAMES: &[&str] = &[
    "headers",
    "multiValueHeaders",
    "request",
    "requestContext",
    "authorizer",
    "lambda",
    "integrationLatency",
    "requestId",
    "Records",
    "records",
    "Sns",
    "kinesis",
    "data",
    "body",
    "messageAttributes",
    "attributes",
    "AWSTraceHeader",
    "MessageAttributes",
    "Message",
    "Type",
    "TopicArn",
    "detail",
    "_datadog",
    "dataType",
    "stringValue",
    "binaryValue",
    "Value",
    "Payload",
    "Execution",
    "State",
    "Id",
    "Name",
    "EnteredTime",
    "Input",
    "serverless-version",
    "RootExecutionId",
    "DurableExecutionArn",
    "InitialExecutionState",
    "Operations",
    "x-datadog-trace-id",
    "x-datadog-parent-id",
    "x-datadog-tags",
    "traceparent",
    "tracestate",
];

const TEXTS: &[&str] = &[
    "1",
    "v1",
    "Notification",
    "Binary",
    "String",
    "_datadog_1",
    "_dd.p.tid=6553b9c700000000",
    "00-0000000000000000000000000000000b-000000000000000c-01",
    "dd=s:2;o:rum;t.dm:-4",
    "Root=1-68029e8a-0000000035578e774943fd9d;Parent=76c040bdc454a7ac;Sampled=1",
];

#[derive(Debug)]
struct Json(Value);

impl<'a> Arbitrary<'a> for Json {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        value(bytes, 8).map(Json)
    }
}

fn value(bytes: &mut Unstructured<'_>, depth: usize) -> arbitrary::Result<Value> {
    let kinds = if depth == 0 { 5 } else { 10 };
    Ok(match bytes.int_in_range(0..=kinds)? {
        0 => Value::Null,
        1 => bytes.arbitrary::<bool>()?.into(),
        2 => bytes.arbitrary::<i64>()?.into(),
        3 => bytes.arbitrary::<String>()?.into(),
        4 | 5 => (*bytes.choose(TEXTS)?).into(),
        // JSON inside JSON, as in queues and topics.
        6 => value(bytes, depth - 1)?.to_string().into(),
        7 => (0..bytes.int_in_range(0..=3)?)
            .map(|_| value(bytes, depth - 1))
            .collect::<Result<_, _>>()?,
        _ => object(bytes, depth - 1)?,
    })
}

fn object(bytes: &mut Unstructured<'_>, depth: usize) -> arbitrary::Result<Value> {
    let mut object = Map::new();
    for _ in 0..bytes.int_in_range(0..=6)? {
        let name = match bytes.arbitrary::<bool>()? {
            true => (*bytes.choose(NAMES)?).to_owned(),
            false => bytes.arbitrary()?,
        };
        object.insert(name, value(bytes, depth)?);
    }
    Ok(object.into())
}

fuzz_target!(|event: Json| {
    let lambda = Context::default();
    let found = |text: String| extract_trace_context(&RawEvent::from(text), &lambda);
    let compact = found(event.0.to_string());
    let pretty = found(serde_json::to_string_pretty(&event.0).unwrap_or_default());
    assert_eq!(compact, pretty);
});
