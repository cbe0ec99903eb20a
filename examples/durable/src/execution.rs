//! A durable execution: invocations of one function until it has come to an end.

use std::io;

use emulator::{Outcome, RuntimeApi};
use serde_json::{Value, json};

use crate::Checkpoints;

/// More than the example needs. A function that waits again and again would never end.
const MAX_INVOCATIONS: usize = 10;

/// An execution, and the input that its caller gave it.
#[derive(Debug, Clone)]
pub struct Execution {
    /// Its name, as Lambda makes it: it ends in `/durable-execution/<name>/<id>`.
    pub arn: String,
    /// The caller's event.
    pub input: Value,
}

impl Execution {
    /// An execution of the function `order`.
    #[must_use]
    pub fn new(id: &str, input: Value) -> Self {
        let function = "arn:aws:lambda:us-east-1:123456789012:function:order:1";
        Self {
            arn: format!("{function}/durable-execution/order/{id}"),
            input,
        }
    }

    /// Invokes the function, again after each wait, and returns the envelopes that it answered.
    ///
    /// # Errors
    /// An invocation failed, or there is no end of them.
    pub async fn run(&self, api: &RuntimeApi, checkpoints: &Checkpoints) -> io::Result<Vec<Value>> {
        let mut answers = Vec::new();
        while answers.len() < MAX_INVOCATIONS {
            let outcome = api.invoke(self.event(checkpoints).into()).await;
            api.idle().await; // the spans have been sent, too
            let Outcome::Response(answer) = outcome else {
                return Err(io::Error::other(outcome.to_string()));
            };
            let answer: Value = serde_json::from_slice(&answer)?;
            let is_suspended = answer["Status"] == "PENDING";
            answers.push(answer);
            if !is_suspended {
                return Ok(answers);
            }
            checkpoints.end_waits(&self.arn);
        }
        Err(io::Error::other("the execution doesn't end"))
    }

    /// What Lambda invokes the function with: the input and the checkpoints.
    fn event(&self, checkpoints: &Checkpoints) -> Value {
        let mut operations = vec![json!({
            "Id": "execution",
            "Type": "EXECUTION",
            "Status": "STARTED",
            "StartTimestamp": 1_700_000_000,
            "ExecutionDetails": {"InputPayload": self.input.to_string()},
        })];
        operations.extend(checkpoints.operations(&self.arn));
        json!({
            "DurableExecutionArn": self.arn,
            "CheckpointToken": "first",
            "InitialExecutionState": {"Operations": operations, "NextMarker": ""},
        })
    }
}
