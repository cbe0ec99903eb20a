//! Invocations that are part of a durable execution.

use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    result: u8,
    status: &'static str,
}

#[traced_handler]
async fn step(_: LambdaEvent<Value>) -> Result<Answer, Error> {
    Ok(Answer {
        result: 7,
        status: "PENDING",
    })
}

#[tokio::test]
async fn the_span_names_the_execution_and_how_far_it_is() {
    let event = json!({
        "DurableExecutionArn": "arn:aws:lambda:eu-west-1:1:function:f:1/durable-execution/order-7/a1b2",
        "InitialExecutionState": {"Operations": [{"Id": "1"}]},
    });
    let outcome = Invocation::of(&event).run(step).await;
    let durable = |(key, _): &(&String, &String)| key.starts_with("aws.durable.");
    let tags: Vec<_> = outcome.root().meta.iter().filter(durable).collect();
    let tags: Vec<(&str, &str)> = tags
        .iter()
        .map(|(key, value)| (&***key, &***value))
        .collect();
    assert_eq!(
        tags,
        [
            ("aws.durable.execution_id", "a1b2"),
            ("aws.durable.execution_name", "order-7"),
            ("aws.durable.execution_status", "PENDING"),
            ("aws.durable.first_invocation", "true"),
        ]
    );
}

#[tokio::test]
async fn any_other_invocation_has_none_of_it() {
    let outcome = Invocation::of(&json!({})).run(step).await;
    assert!(
        !outcome
            .root()
            .meta
            .keys()
            .any(|key| key.starts_with("aws.durable."))
    );
}
