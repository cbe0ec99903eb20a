//! The helpers and extractors of Datadog's page on serverless trace propagation, beside ours.

use dd_trace_runtime::{
    Carrier, CarrierShape, DatadogPropagator, TraceContext, Traced, extractors,
};
use serde_json::{Value, json};
use tests_support::TestAgent;

use crate::{forms, hop};

const TRACE_ID: u128 = 0x6553_b9c7_0000_0000_0000_0000_0000_000b;

/// The payload of a producer in Rust.
fn payload(shape: CarrierShape) -> Value {
    let context = TraceContext::new(TRACE_ID, 12, Some(2));
    let payload = Traced::with_context(json!({ "data": "sns" }), context).carrier(shape);
    serde_json::to_value(payload).unwrap()
}

fn context(carrier: Option<Carrier>) -> TraceContext {
    let carrier = carrier.expect("no carrier");
    let context = DatadogPropagator::default().extract_trace_context(&carrier);
    context.expect("no context")
}

/// Asserts that the function that got the payload continues its trace. Returns the priority of its span.
async fn continues(agent: &TestAgent, service: &str) -> Option<f64> {
    let spans = agent.functions(&[service]).await;
    assert_eq!((spans[0].trace_id, spans[0].parent_id), (11, 12));
    spans[0].metrics.get("_sampling_priority_v1").copied()
}

#[tokio::test]
#[ignore = "needs Python and the peers: .ci/peers"]
async fn the_documented_extractor_for_python_reads_a_json_text_and_loses_the_upper_half() {
    let agent = TestAgent::start().await;
    let event = payload(CarrierShape::Json);
    let carrier = hop::python(event.into(), Some("shim"), &agent.url()).await;
    assert_eq!(continues(&agent, "python").await, Some(2.0));
    assert_eq!(carrier["x-datadog-trace-id"], "11", "{carrier}");
    assert_eq!(carrier["x-datadog-sampling-priority"], "2", "{carrier}");
    assert!(carrier.get("x-datadog-tags").is_none(), "{carrier}");
}

#[tokio::test]
#[ignore = "needs Node 20 and the peers: .ci/peers"]
async fn the_documented_extractor_for_node_reads_an_object_and_loses_the_upper_half_and_its_span_the_priority()
 {
    let agent = TestAgent::start().await;
    let event = payload(CarrierShape::Object);
    let carriers = hop::node(event.into(), Some("json"), &agent.url()).await;
    // The library passes the priority to the tracer as a string, which the tracer ignores.
    assert_eq!(continues(&agent, "node").await, None);
    let injected = &carriers["injected"];
    assert!(
        injected.get("x-datadog-sampling-priority").is_none(),
        "{injected}"
    );
    let helper = &carriers["helper"];
    assert_eq!(helper["x-datadog-trace-id"], "11", "{helper}");
    assert_eq!(helper["x-datadog-sampling-priority"], "2", "{helper}");
}

#[tokio::test]
#[ignore = "needs Python and the peers: .ci/peers"]
async fn our_extractor_reads_what_the_helper_for_python_writes() {
    let agent = TestAgent::start().await;
    let event = forms::headers(&payload(CarrierShape::Object)["_datadog"]);
    let helper = hop::python(event, None, &agent.url()).await;
    let span = &agent.functions(&["python"]).await[0];

    let text = json!({ "_datadog": helper.to_string() });
    let found = context(extractors::json_text(&text));
    assert_eq!(found.trace_id(), TRACE_ID);
    assert_eq!(found.parent_id().to_string(), span.span_id.to_string());
    assert_eq!(found.sampling_priority(), Some(2));
}

#[tokio::test]
#[ignore = "needs Node 20 and the peers: .ci/peers"]
async fn our_extractor_reads_what_the_helper_for_node_writes_which_has_no_upper_half() {
    let agent = TestAgent::start().await;
    let event = forms::headers(&payload(CarrierShape::Object)["_datadog"]);
    let helper = hop::node(event, None, &agent.url()).await["helper"].clone();
    let span = &agent.functions(&["node"]).await[0];

    let found = context(extractors::object(&json!({ "_datadog": helper })));
    assert_eq!(found.trace_id(), 11);
    assert_eq!(found.parent_id().to_string(), span.span_id.to_string());
    assert_eq!(found.sampling_priority(), Some(2));
}
