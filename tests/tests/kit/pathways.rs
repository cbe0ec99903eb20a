//! Pathways of Data Streams Monitoring in payloads and headers. The hashes are those of ddtrace 4.16
//! (`set_consume_checkpoint`, `set_produce_checkpoint`), with the service `orders` in `prod` and
//! `DD_EXPERIMENTAL_PROPAGATE_PROCESS_TAGS_ENABLED=false`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{
    Carrier, CarrierShape, TraceContext, Traced, TracedPayload, set_produce_checkpoint,
    trace_headers, traced_handler, with_produce_checkpoint,
};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::{Value, json};

/// Of the message that came in, after its checkpoint.
const CAME_IN: u64 = 13_186_209_888_092_186_076;
/// Of a message to the topic `orders/placed` of MQTT, after its checkpoint.
const WENT_OUT: u64 = 9_407_921_430_132_294_644;

#[derive(TracedPayload)]
struct Order {
    id: u64,
}

/// An event with a message of another service.
fn event() -> Value {
    let carrier = json!({"dd-pathway-ctx-base64": "7yRDBs2owNX2oav++WL8yqv++WI="});
    json!({"Records": [{
        "messageId": "1",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
        "body": "order 7",
        "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": carrier.to_string()}},
    }]})
}

fn invocation(event: &Value) -> Invocation {
    Invocation::of(event)
        .env("DD_SERVICE", "orders")
        .env("DD_ENV", "prod")
}

fn on(event: &Value) -> Invocation {
    invocation(event).env("DD_DATA_STREAMS_ENABLED", "true")
}

/// The hash in the headers of a message.
fn hash(headers: &Carrier) -> Option<u64> {
    let header = headers.get("dd-pathway-ctx-base64")?;
    let bytes = STANDARD.decode(header).unwrap();
    Some(u64::from_le_bytes(bytes[..8].try_into().unwrap()))
}

/// The hash in the member `_datadog` of a payload, in whatever shape.
fn hash_in(payload: &impl serde::Serialize) -> Option<u64> {
    let payload = serde_json::to_value(payload).unwrap();
    let carrier = &payload["_datadog"];
    let text = carrier.as_str().or_else(|| carrier["StringValue"].as_str());
    let carrier: Carrier = match text {
        Some(text) => serde_json::from_str(text).unwrap(),
        None => serde_json::from_value(carrier.clone()).unwrap(),
    };
    assert!(carrier.get("x-datadog-trace-id").is_some());
    hash(&carrier)
}

/// Asserts what a message carries, in headers and in a payload of each shape.
fn assert_carried(expected: Option<u64>) {
    assert_eq!(hash(&trace_headers()), expected);
    let order = Order { id: 7 };
    assert_eq!((hash_in(&order), order.id), (expected, 7));
    for shape in [
        CarrierShape::Object,
        CarrierShape::Json,
        CarrierShape::Attribute,
    ] {
        let payload = Traced::new(json!({"id": 7})).carrier(shape);
        assert_eq!(hash_in(&payload), expected, "{shape:?}");
    }
}

#[tokio::test]
async fn a_message_carries_the_pathway_that_came_in_whatever_else_is_sent() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<Value>) -> Result<(), Error> {
        assert_carried(Some(CAME_IN));
        let mut headers = trace_headers();
        set_produce_checkpoint("mqtt", "orders/placed", &mut headers);
        assert_eq!(hash(&headers), Some(WENT_OUT));
        // Another message has not been to that topic.
        assert_carried(Some(CAME_IN));
        Ok(())
    }
    on(&event()).run(handler).await.result.unwrap();
}

#[tokio::test]
async fn a_message_with_a_checkpoint_carries_that_in_headers_and_payload() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<Value>) -> Result<(), Error> {
        for _ in 0..2 {
            with_produce_checkpoint("mqtt", "orders/placed", || assert_carried(Some(WENT_OUT)));
            assert_carried(Some(CAME_IN));
        }
        let of_a_row = || Traced::with_context(json!({"id": 7}), TraceContext::new(1, 2, Some(1)));
        assert_eq!(
            hash_in(&of_a_row()),
            None,
            "the pathway of what came in isn't the row's"
        );
        let written = with_produce_checkpoint("mqtt", "orders/placed", || hash_in(&of_a_row()));
        assert_eq!(written, Some(WENT_OUT));
        Ok(())
    }
    on(&event()).run(handler).await.result.unwrap();
}

#[tokio::test]
async fn a_pathway_goes_on_through_payloads_in_the_bodies_of_messages() {
    #[traced_handler]
    async fn consumer(_: LambdaEvent<Value>) -> Result<Option<u64>, Error> {
        Ok(hash(&trace_headers()))
    }
    #[traced_handler]
    async fn handler(_: LambdaEvent<Value>) -> Result<Value, Error> {
        let payload = || serde_json::to_string(&Order { id: 7 });
        let payload = with_produce_checkpoint("sqs", "orders", payload)?;
        let sent = hash_in(&serde_json::from_str::<Value>(&payload)?);
        assert!(sent.is_some() && sent != Some(CAME_IN));
        Ok(payload.into())
    }
    let outcome = on(&event()).run(handler).await;
    let mut next = event();
    next["Records"][0]["body"] = outcome.result.unwrap();
    next["Records"][0]["messageAttributes"] = json!({});
    let continued = on(&next).run(consumer).await.result.unwrap();
    next["Records"][0]["body"] = json!("{\"id\":7}");
    let began = on(&next).run(consumer).await.result.unwrap();
    assert!(continued.is_some() && began.is_some());
    assert_ne!(continued, began);
}

#[tokio::test]
async fn without_a_message_or_without_the_variable_there_is_no_pathway() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<Value>) -> Result<(), Error> {
        assert_carried(None);
        Ok(())
    }
    for invocation in [
        invocation(&event()),
        on(&event()).env("DD_DATA_STREAMS_ENABLED", "false"),
        on(&json!({"id": 7})),
    ] {
        invocation.run(handler).await.result.unwrap();
    }
}
