//! A small state machine: it passes a started execution on as the input of its only task.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::ids::{since_epoch, uuid};
use crate::mailbox::Mailbox;
use crate::server::Server;

/// The region and the account of every state machine.
const PLACE: &str = "us-east-1:123456789012";

/// The operation, as the service's API calls it in the header `x-amz-target`.
const START_EXECUTION: &str = "AWSStepFunctions.StartExecution";

/// The longest input of an execution: 256 KiB of UTF-8.
const LARGEST_INPUT: usize = 256 * 1024;

/// A started execution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// Its ARN.
    pub arn: String,
    /// Its exact input, which is also its first task's event, unless the state machine changes it.
    pub input: Bytes,
}

/// An endpoint of Step Functions with one state machine: `POST /` with `StartExecution`.
#[derive(Debug)]
pub struct StateMachine {
    server: Server,
    name: Arc<str>,
    executions: Mailbox<Execution>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StartExecution {
    state_machine_arn: String,
    input: String,
}

impl StateMachine {
    /// Starts an endpoint with the state machine `name` on a free port of 127.0.0.1.
    pub async fn start(name: &str) -> io::Result<Self> {
        let executions = Mailbox::new();
        let name: Arc<str> = Arc::from(name);
        let router = Router::new()
            .route("/", post(start_execution))
            .with_state((executions.clone(), Arc::clone(&name)));
        let server = Server::start(router).await?;
        Ok(Self {
            server,
            name,
            executions,
        })
    }

    /// The URL of the endpoint.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The ARN of the state machine.
    #[must_use]
    pub fn arn(&self) -> String {
        arn(&self.name)
    }

    /// Takes the oldest execution that hasn't been taken, waiting for one if there is none.
    pub async fn next(&self) -> Execution {
        self.executions.next().await
    }

    /// How many executions wait to be taken.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.executions.len()
    }

    /// Stops the endpoint; its port is closed when this returns.
    pub async fn shutdown(self) {
        self.server.shutdown().await;
    }
}

fn arn(name: &str) -> String {
    format!("arn:aws:states:{PLACE}:stateMachine:{name}")
}

async fn start_execution(
    State((executions, name)): State<(Mailbox<Execution>, Arc<str>)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match execution(&headers, &body, &name) {
        Ok(execution) => {
            let started = since_epoch(SystemTime::now()).as_secs_f64();
            let answer = json!({ "executionArn": execution.arn, "startDate": started });
            executions.put(execution);
            answer.to_string().into_response()
        }
        Err(problem) => (StatusCode::BAD_REQUEST, problem).into_response(),
    }
}

fn execution(headers: &HeaderMap, body: &Bytes, name: &str) -> Result<Execution, String> {
    if headers
        .get("x-amz-target")
        .is_none_or(|target| target != START_EXECUTION)
    {
        return Err(format!(
            "unknown operation; write `x-amz-target: {START_EXECUTION}`"
        ));
    }
    let request: StartExecution =
        serde_json::from_slice(body).map_err(|error| format!("the request is wrong: {error}"))?;
    if request.state_machine_arn != arn(name) {
        let unknown = request.state_machine_arn;
        return Err(format!("StateMachineDoesNotExist: {unknown}"));
    }
    let is_json = serde_json::from_str::<Value>(&request.input).is_ok();
    if !is_json || request.input.len() > LARGEST_INPUT {
        return Err("InvalidExecutionInput: not JSON, or more than 256 KiB".to_owned());
    }
    Ok(Execution {
        arn: format!("arn:aws:states:{PLACE}:execution:{name}:{}", uuid()),
        input: Bytes::from(request.input),
    })
}
