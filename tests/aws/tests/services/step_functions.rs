//! Step Functions.
//!
//! Datadog's library for Python finds no headers in an execution's plain input. In an input with the context object it
//! ignores the headers beside that object, and reads those in the execution's input, which the context object holds.

use serde_json::{Value, json};

use crate::language::Language::{Python, Rust};
use crate::local_aws::{LocalAws, ROLE, client};
use crate::pair::{Call, pair};
use crate::stage::{CONSUMER, Stage, function_arn};

impl LocalAws {
    /// Makes a state machine. Returns its ARN.
    async fn state_machine(&self, first: &str, states: Value) -> String {
        let definition = json!({ "StartAt": first, "States": states });
        let create = client!(aws_sdk_sfn, self.url()).create_state_machine();
        let create = create.name("orders").definition(definition.to_string());
        let created = create.role_arn(ROLE).send().await.unwrap();
        created.state_machine_arn().to_owned()
    }

    /// Makes a state machine with one task, which gets the execution's input as it is.
    async fn plain(&self) -> String {
        let task = json!({ "Type": "Task", "Resource": function_arn(), "End": true });
        self.state_machine("Fulfil", json!({ "Fulfil": task }))
            .await
    }

    /// Makes a state machine with two tasks, which get the context object with the input, as Datadog documents it.
    ///
    /// The documented `States.JsonMerge($$, $, false)` is written out, because `ministack` has no `$$`.
    async fn instrumented(&self, second: &str) -> String {
        let payload = json!({
            "Execution.$": "$$.Execution",
            "State.$": "$$.State",
            "StateMachine.$": "$$.StateMachine",
            "id.$": "$.id",
        });
        let task = |function: &str| {
            json!({
                "Type": "Task",
                "Resource": "arn:aws:states:::lambda:invoke",
                "Parameters": { "FunctionName": function, "Payload": payload },
                "ResultPath": null,
            })
        };
        let mut states = json!({ "Fulfil": task(CONSUMER), "Notify": task(second) });
        states["Fulfil"]["Next"] = "Notify".into();
        states["Notify"]["End"] = true.into();
        self.state_machine("Fulfil", states).await
    }
}

const CALL: Call = Call {
    in_rust: "sfn.request  SFN.StartExecution  [aws.sfn]",
    in_python: "states.command  states.startexecution  [aws.states]",
};
const INSTRUMENTED: &str = "\
internal  order  [shop]
  sfn.request  SFN.StartExecution  [aws.sfn]
aws.lambda  consumer  [consumer]  parent missing
  aws.lambda.load  consumer  [consumer]
  internal  work  [consumer]
aws.lambda  python  [python]  parent missing
  work  work  [python]
";

#[tokio::test]
#[ignore = "needs ministack, boto3 and the APM test agent: .ci/peers"]
async fn the_task_of_an_execution_is_in_its_starter_s_trace() {
    for pair in [pair(Rust, Rust), pair(Python, Rust)] {
        let stage = pair.stage().await;
        let orders = stage.aws.plain().await;
        stage
            .produce(pair.producer, "step-functions", &orders)
            .await;
        let trace = pair.trace(CALL, &[]);
        stage.agent.assert_trace(&trace).await;
    }
}

/// The missing parents are the spans that Datadog makes for the states.
#[tokio::test]
#[ignore = "needs ministack, Datadog's library for Python and the APM test agent: .ci/peers"]
async fn the_tasks_of_an_instrumented_execution_are_in_its_starter_s_trace() {
    let stage = Stage::set(Rust).await;
    stage.upload("python", Python).await;
    let orders = stage.aws.instrumented("python").await;
    stage.produce(Rust, "step-functions", &orders).await;
    stage.agent.assert_trace(INSTRUMENTED).await;
}
