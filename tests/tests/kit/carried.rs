//! From the active span to the messages that leave the function.

use std::collections::HashMap;

use dd_trace_runtime::testing::{Invocation, carried, carried_in, in_context};
use dd_trace_runtime::{
    Carrier, CarrierShape, DatadogPropagator, Traced, TracedPayload, trace_headers, traced_handler,
};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde_json::{Value, json};

use crate::{echo, producer};

#[derive(TracedPayload)]
struct AsObject {
    id: u8,
}

#[derive(TracedPayload)]
#[datadog(carrier = "json")]
struct AsJson {
    id: u8,
}

#[derive(TracedPayload)]
#[datadog(carrier = "attribute", field = "trace")]
struct AsAttribute {
    id: u8,
}

fn payloads() -> Result<[String; 4], serde_json::Error> {
    let foreign = Traced::new(json!({"id": 1})).carrier(CarrierShape::Json);
    Ok([
        serde_json::to_string(&AsObject { id: 1 })?,
        serde_json::to_string(&AsJson { id: 1 })?,
        serde_json::to_string(&foreign)?,
        serde_json::to_string(&AsAttribute { id: 1 })?,
    ])
}

#[traced_handler]
async fn publish(_: LambdaEvent<Value>) -> Result<[String; 4], Error> {
    global::tracer("shop").in_span("publish", |_| Ok(payloads()?))
}

#[tokio::test]
async fn a_payload_carries_the_span_that_published_it_in_each_shape() {
    for outcome in [
        Invocation::raw("{}").run(publish).await,
        Invocation::raw("{}")
            .from_producer(&producer())
            .run(publish)
            .await,
    ] {
        let publisher = outcome.span("publish").trace_context();
        assert_eq!(publisher.parent_id(), outcome.span("publish").span_id);
        assert_ne!(publisher, outcome.root().trace_context());
        let [object, json, foreign, attribute] = outcome.result.as_ref().unwrap();
        for payload in [object, json, foreign] {
            assert_eq!(carried(payload), Some(publisher.clone()), "{payload}");
        }
        assert_eq!(carried(attribute), None);
        assert_eq!(carried_in("trace", attribute), Some(publisher));
        assert_eq!(carried_in("id", attribute), None);
    }
}

#[tokio::test]
async fn a_published_payload_is_the_next_handler_s_event() {
    let first = Invocation::raw("{}")
        .from_producer(&producer())
        .run(publish)
        .await;
    for payload in &first.result.as_ref().unwrap()[..3] {
        let next = Invocation::raw(payload.as_str()).run(echo).await;
        assert_eq!(next.parent(), Some(first.span("publish").trace_context()));
        assert_eq!(next.root().parent_id, first.span("publish").span_id);
    }
}

#[tokio::test]
async fn trace_headers_are_those_of_the_active_span() {
    #[traced_handler]
    async fn headers(_: LambdaEvent<()>) -> Result<Carrier, Error> {
        Ok(global::tracer("shop").in_span("call", |_| trace_headers()))
    }
    let outcome = Invocation::of(&())
        .from_producer(&producer())
        .run(headers)
        .await;
    let call = outcome.span("call");
    let headers = outcome.result.as_ref().unwrap();
    assert_eq!(headers.get("x-datadog-trace-id"), Some("11"));
    assert_eq!(
        headers.get("x-datadog-parent-id"),
        Some(call.span_id.to_string().as_str())
    );
    assert_eq!(
        DatadogPropagator::default().extract_trace_context(headers),
        Some(call.trace_context())
    );
}

#[tokio::test]
async fn the_global_propagator_writes_the_active_span() {
    #[traced_handler]
    async fn inject(_: LambdaEvent<()>) -> Result<HashMap<String, String>, Error> {
        let mut headers = HashMap::new();
        let context = opentelemetry::Context::current();
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&context, &mut headers);
        });
        Ok(headers)
    }
    let outcome = Invocation::of(&())
        .env("DD_TRACE_PROPAGATION_STYLE", "tracecontext")
        .run(inject)
        .await;
    let span = outcome.root().span_id;
    let headers = outcome.result.unwrap();
    assert!(headers["traceparent"].contains(&format!("{span:016x}")));
    assert!(!headers.contains_key("x-datadog-trace-id"));
}

#[test]
fn a_payload_is_tested_without_a_handler() {
    let [object, json, foreign, attribute] = in_context(&producer(), payloads).unwrap();
    for payload in [object, json, foreign] {
        assert_eq!(carried(&payload), Some(producer()), "{payload}");
    }
    assert_eq!(carried_in("trace", &attribute), Some(producer()));
    let [outside, ..] = payloads().unwrap();
    assert_eq!(outside, r#"{"id":1}"#);
}
