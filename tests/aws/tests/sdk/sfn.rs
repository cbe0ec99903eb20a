//! Step Functions.

use serde_json::Value;

use crate::wire::Wire;
use crate::{assert_headers_of, call, client, parent_in};

const MACHINE: &str = "arn:aws:states:eu-west-1:123456789012:stateMachine:orders";

/// The input of the only request.
fn input(wire: &Wire) -> String {
    wire.request().json()["input"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_execution_s_input_carries_its_span_to_the_first_task() {
    let wire = Wire::answering(r#"{"executionArn":"arn","startDate":1700000000}"#).await;
    let sfn = client!(aws_sdk_sfn, wire);
    let outcome = call(async move {
        let start = sfn.start_execution().state_machine_arn(MACHINE);
        start.input(r#"{"id": 7}"#).send().await.unwrap();
    })
    .await;
    let input = input(&wire);
    assert!(
        input.starts_with(r#"{"id": 7,"_datadog":{"#) && input.ends_with("}}"),
        "{input}"
    );
    let input: Value = serde_json::from_str(&input).unwrap();
    let span = outcome.span("sfn.request");
    assert_headers_of(&input["_datadog"], span);
    assert_eq!(parent_in(&input).await, Some(span.trace_context()));
}

#[tokio::test]
async fn a_synchronous_execution_carries_its_span_too() {
    let wire = Wire::answering(
        r#"{"executionArn":"arn","startDate":1700000000,"stopDate":1700000000,"status":"SUCCEEDED"}"#,
    )
    .await;
    let config = client!(config aws_sdk_sfn, wire);
    // These calls go to another host, `sync-states`, unless the endpoint is fixed.
    let endpoint = wire.url();
    let outcome = call(async move {
        use dd_trace_runtime::aws::DatadogTracing;
        let sfn = aws_sdk_sfn::Client::from_conf(config.datadog_tracing().build());
        let start = sfn.start_sync_execution().state_machine_arn(MACHINE);
        let start = start.input("{}").customize();
        let start = start.mutate_request(move |request| request.set_uri(endpoint.clone()).unwrap());
        start.send().await.unwrap();
    })
    .await;
    let input: Value = serde_json::from_str(&input(&wire)).unwrap();
    assert_headers_of(&input["_datadog"], outcome.span("sfn.request"));
}

#[tokio::test]
async fn an_input_that_has_a_context_is_left_alone() {
    let wire = Wire::answering(r#"{"executionArn":"arn","startDate":1700000000}"#).await;
    let sfn = client!(aws_sdk_sfn, wire);
    let given = r#"{"_datadog":{"x-datadog-trace-id":"9"}}"#;
    let _ = call(async move {
        let start = sfn.start_execution().state_machine_arn(MACHINE);
        start.input(given).send().await.unwrap();
    })
    .await;
    assert_eq!(input(&wire), given);
}
