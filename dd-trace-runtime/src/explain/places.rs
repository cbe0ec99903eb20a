//! The places of an event that each source looks into, where the event has them.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use lambda_runtime::Context;
use serde_json::Value;

use super::held::{Content, Held, member, of_base64, shown};
use crate::context::carrier::Carrier;
use crate::extraction::asked::SourceName;

/// How many records or checkpoints are shown.
const SHOWN: usize = 8;

pub(super) fn of(source: SourceName, event: &Value, lambda: &Context) -> Vec<Held> {
    match source {
        SourceName::Durable => durable(event),
        SourceName::DurableInput => durable_input(event, lambda),
        SourceName::DurableExecution => durable_execution(event),
        SourceName::Authorizer => authorizer(event),
        SourceName::Headers => [
            at(event, &["headers"], "headers"),
            at(event, &["multiValueHeaders"], "multiValueHeaders"),
        ]
        .into_iter()
        .flatten()
        .collect(),
        SourceName::AppSync => at(event, &["request", "headers"], "request.headers")
            .into_iter()
            .collect(),
        SourceName::Records => event
            .pointer("/Records/0")
            .map_or_else(Vec::new, first_record),
        SourceName::EventBridge => at(event, &["detail", "_datadog"], "detail._datadog")
            .into_iter()
            .collect(),
        SourceName::Kafka => kafka(event),
        SourceName::StepFunctions => step_functions(event),
        SourceName::Payload => payload(event),
        SourceName::ClientContext => client_context(lambda),
        SourceName::XRay => lambda.xray_trace_id.iter().map(|id| xray(id)).collect(),
    }
}

fn at(event: &Value, path: &[&str], name: &str) -> Option<Held> {
    let value = path
        .iter()
        .try_fold(event, |value, key| member(value, key))?;
    (!value.is_null()).then(|| Held::value(name, value))
}

fn durable(event: &Value) -> Vec<Held> {
    let Some(operations) = event.pointer("/InitialExecutionState/Operations") else {
        return Vec::new();
    };
    let listed = operations.as_array().into_iter().flatten();
    let keyed = operations
        .as_object()
        .into_iter()
        .flat_map(|map| map.values());
    let named = |operation: &&Value| {
        let name = member(operation, "Name").and_then(Value::as_str);
        name.is_some_and(|name| name.starts_with("_datadog_"))
    };
    listed
        .chain(keyed)
        .filter(named)
        .take(SHOWN)
        .filter_map(|operation| {
            let name = member(operation, "Name")?.as_str()?;
            let result = operation.pointer("/StepDetails/Result");
            let value = member(operation, "Payload").or(result)?;
            let path = format!("InitialExecutionState.Operations[{}]", shown(name));
            Some(Held::value(&path, value))
        })
        .collect()
}

/// The places of the caller's event that can hold a carrier.
fn durable_input(event: &Value, lambda: &Context) -> Vec<Held> {
    const PATH: &str = "InitialExecutionState.Operations[0].ExecutionDetails.InputPayload";
    let operations = event.pointer("/InitialExecutionState/Operations");
    let first = operations.and_then(|operations| match operations {
        Value::Object(operations) => operations.values().next(),
        operations => operations.get(0),
    });
    let input = first.and_then(|first| first.pointer("/ExecutionDetails/InputPayload"));
    let Some(input) = input.and_then(Value::as_str).and_then(json_in) else {
        return Vec::new();
    };
    let sources = [
        SourceName::Authorizer,
        SourceName::Headers,
        SourceName::AppSync,
        SourceName::Records,
        SourceName::EventBridge,
        SourceName::Kafka,
        SourceName::StepFunctions,
        SourceName::Payload,
    ];
    let places = sources.map(|source| of(source, &input, lambda));
    let places = places.into_iter().flatten();
    places
        .map(|held| Held {
            path: format!("{PATH}: {}", held.path),
            ..held
        })
        .collect()
}

fn durable_execution(event: &Value) -> Vec<Held> {
    let arn = member(event, "DurableExecutionArn").and_then(Value::as_str);
    let computed = || Content::Computed("ids are computed from it".into());
    arn.map(|_| Held::new("DurableExecutionArn", "a string", computed()))
        .into_iter()
        .collect()
}

fn authorizer(event: &Value) -> Vec<Held> {
    [
        (
            "/requestContext/authorizer/_datadog",
            "requestContext.authorizer._datadog",
        ),
        (
            "/requestContext/authorizer/lambda/_datadog",
            "requestContext.authorizer.lambda._datadog",
        ),
    ]
    .into_iter()
    .filter_map(|(pointer, path)| {
        let base64 = event.pointer(pointer)?.as_str()?;
        Some(Held::new(path, "Base64", of_base64(base64)))
    })
    .collect()
}

/// A record of SQS, SNS or Kinesis.
fn first_record(record: &Value) -> Vec<Held> {
    if let Some(notification) = member(record, "Sns") {
        return in_notification("Records[0].Sns", notification);
    }
    if let Some(data) = record.pointer("/kinesis/data") {
        return in_kinesis(data).into_iter().collect();
    }
    let mut places = Vec::new();
    let body = member(record, "body")
        .and_then(Value::as_str)
        .and_then(json_in);
    if let Some(body) = body {
        places.extend(
            body.pointer("/detail/_datadog")
                .map(|carrier| Held::value("Records[0].body.detail._datadog", carrier)),
        );
        if member(&body, "TopicArn").is_some() {
            places.extend(in_notification("Records[0].body", &body));
        }
    }
    places.extend(
        record
            .pointer("/messageAttributes/_datadog")
            .map(|attribute| Held::attribute("Records[0].messageAttributes._datadog", attribute)),
    );
    places.extend(
        record
            .pointer("/attributes/AWSTraceHeader")
            .and_then(Value::as_str)
            .map(planted),
    );
    places
}

fn in_notification(path: &str, notification: &Value) -> Vec<Held> {
    let attribute = notification.pointer("/MessageAttributes/_datadog");
    let attribute = attribute
        .map(|attribute| Held::attribute(&format!("{path}.MessageAttributes._datadog"), attribute));
    let message = notification
        .get("Message")
        .and_then(Value::as_str)
        .and_then(json_in);
    let detail = message
        .as_ref()
        .and_then(|message| message.pointer("/detail/_datadog"));
    let detail =
        detail.map(|carrier| Held::value(&format!("{path}.Message.detail._datadog"), carrier));
    attribute.into_iter().chain(detail).collect()
}

fn in_kinesis(data: &Value) -> Option<Held> {
    const PATH: &str = "Records[0].kinesis.data";
    let Ok(bytes) = BASE64_STANDARD.decode(data.as_str()?) else {
        return Some(Held::new(
            PATH,
            "a string",
            Content::Unreadable("it isn't Base64".into()),
        ));
    };
    let unreadable = |problem: &str| Content::Unreadable(problem.into());
    let Ok(Value::Object(object)) = serde_json::from_slice(&bytes) else {
        return Some(Held::new(
            PATH,
            "Base64",
            unreadable("the data isn't a JSON object"),
        ));
    };
    match object.get("_datadog") {
        Some(carrier) => Some(Held::value("Records[0].kinesis.data._datadog", carrier)),
        None => Some(Held::new(
            PATH,
            "a JSON object",
            unreadable("it has no `_datadog`"),
        )),
    }
}

/// The header into which Datadog's Java tracer writes its ids.
fn planted(header: &str) -> Held {
    let content = if header.contains("Root=1-") && header.contains("-00000000") {
        Content::Computed(shown(header))
    } else {
        Content::Unreadable(
            "it is X-Ray's own; only Datadog's Java tracer writes Datadog's ids into it".into(),
        )
    };
    Held::new("Records[0].attributes.AWSTraceHeader", "a string", content)
}

fn xray(header: &str) -> Held {
    Held::new(
        "X-Ray trace of the invocation",
        "a string",
        Content::Computed(shown(header)),
    )
}

fn kafka(event: &Value) -> Vec<Held> {
    let Some(partitions) = member(event, "records").and_then(Value::as_object) else {
        return Vec::new();
    };
    let mut places = Vec::new();
    for (partition, records) in partitions {
        for (index, record) in elements(records).into_iter().enumerate() {
            if places.len() == SHOWN {
                return places;
            }
            let path = format!("records.{}[{index}].headers", shown(partition));
            let headers = member(record, "headers").map(elements).unwrap_or_default();
            let carrier = headers.into_iter().flat_map(kafka_headers).collect();
            places.push(Held::new(
                &path,
                "a list of headers",
                Content::Carrier(carrier),
            ));
        }
    }
    places
}

/// The values of a list. The Java runtime writes a list as an object whose keys are numbers.
fn elements(list: &Value) -> Vec<&Value> {
    let listed = list.as_array().into_iter().flatten();
    let keyed = list.as_object().into_iter().flat_map(|map| map.values());
    listed.chain(keyed).collect()
}

fn kafka_headers(header: &Value) -> Vec<(String, String)> {
    let Some(header) = header.as_object() else {
        return Vec::new();
    };
    let text = |bytes: &Value| {
        let bytes: Option<Vec<u8>> = elements(bytes).into_iter().map(byte).collect();
        String::from_utf8(bytes?).ok()
    };
    let headers = header.iter();
    headers
        .filter_map(|(name, bytes)| Some((name.clone(), text(bytes)?)))
        .collect()
}

/// Java's bytes are signed, and written as strings.
fn byte(value: &Value) -> Option<u8> {
    let number = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    let signed = || i8::try_from(number).ok().map(i8::cast_unsigned);
    u8::try_from(number).ok().or_else(signed)
}

/// The context objects that a state machine passes on.
fn step_functions(event: &Value) -> Vec<Held> {
    [
        ("/Payload/_datadog", "Payload._datadog"),
        ("/Payload", "Payload"),
        ("/_datadog", "_datadog"),
        ("", "the event itself"),
    ]
    .into_iter()
    .filter_map(|(pointer, path)| {
        let object = event.pointer(pointer)?;
        let execution = member(object, "Execution")?;
        let id = execution
            .get("Id")
            .and_then(Value::as_str)
            .unwrap_or("no id");
        let state = object.pointer("/State/Name").and_then(Value::as_str);
        let content = match state {
            Some(state) => {
                Content::Computed(format!("execution {}, state {}", shown(id), shown(state)))
            }
            None => Content::Unreadable("its `State` has no name".into()),
        };
        Some(Held::new(
            path,
            "a context object of Step Functions",
            content,
        ))
    })
    .collect()
}

fn payload(event: &Value) -> Vec<Held> {
    let Some(carrier) = member(event, "_datadog") else {
        return Vec::new();
    };
    let is_attribute = [
        "dataType",
        "DataType",
        "stringValue",
        "StringValue",
        "Value",
    ]
    .iter()
    .any(|name| member(carrier, name).is_some());
    let held = if is_attribute {
        Held::attribute("_datadog", carrier)
    } else {
        Held::value("_datadog", carrier)
    };
    vec![held]
}

fn client_context(lambda: &Context) -> Vec<Held> {
    let Some(context) = &lambda.client_context else {
        return Vec::new();
    };
    let custom = context.custom.iter();
    let carrier: Carrier = custom
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    vec![Held::new(
        "client context, `custom`",
        "an object",
        Content::Carrier(carrier),
    )]
}

fn json_in(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}
