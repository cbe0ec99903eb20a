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
async fn the_span_names_the_execution_and_its_status() {
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

#[traced_handler]
async fn failing(_: LambdaEvent<Value>) -> Result<Value, Error> {
    let error = json!({"ErrorType": "NoStock", "ErrorMessage": "none left"});
    Ok(json!({"Status": "FAILED", "Error": error}))
}

#[tokio::test]
async fn an_execution_that_failed_is_an_error_although_lambda_sees_a_response() {
    let event = json!({
        "DurableExecutionArn": "arn:aws:lambda:eu-west-1:1:function:f:1/durable-execution/order-7/a1b2",
        "InitialExecutionState": {"Operations": [{"Id": "1"}]},
    });
    let outcome = Invocation::of(&event).run(failing).await;
    assert!(outcome.result.is_ok());
    let root = outcome.root();
    assert_eq!(root.error, 1);
    assert_eq!(root.meta["error.type"], "NoStock");
    assert_eq!(root.meta["error.message"], "none left");
    assert_eq!(root.meta["aws.durable.execution_status"], "FAILED");

    let outcome = Invocation::of(&json!({})).run(failing).await;
    assert_eq!(outcome.root().error, 0);
}

#[tokio::test]
async fn all_invocations_of_an_execution_are_in_the_trace_of_its_caller_or_in_one_of_their_own() {
    let event = |execution: &str, input: Value, operations: usize| {
        let input = json!({"Id": "0", "ExecutionDetails": {"InputPayload": input.to_string()}});
        let mut list = vec![input];
        list.resize(operations, json!({"Id": "1", "Name": "charge"}));
        let arn =
            format!("arn:aws:lambda:eu-west-1:1:function:f:1/durable-execution/{execution}/a1b2");
        json!({"DurableExecutionArn": arn, "InitialExecutionState": {"Operations": list}})
    };
    let carrier = json!({"x-datadog-trace-id": "11", "x-datadog-parent-id": "12"});
    for operations in [1, 2, 3] {
        let event = event("order-7", json!({"id": 1, "_datadog": carrier}), operations);
        let outcome = Invocation::of(&event).run(step).await;
        let parent = outcome.parent().unwrap();
        assert_eq!((parent.trace_id(), parent.parent_id()), (11, 12));
    }
    let mut traces = Vec::new();
    for (execution, operations) in [("order-7", 1), ("order-7", 2), ("order-8", 1)] {
        let outcome = Invocation::of(&event(execution, json!(7), operations))
            .run(step)
            .await;
        traces.push(outcome.parent().unwrap().trace_id());
    }
    assert_eq!(traces[0], traces[1]);
    assert_ne!(traces[0], traces[2]);
}

#[tokio::test]
async fn any_other_invocation_has_no_durable_tags() {
    let outcome = Invocation::of(&json!({})).run(step).await;
    assert!(
        !outcome
            .root()
            .meta
            .keys()
            .any(|key| key.starts_with("aws.durable."))
    );
}
