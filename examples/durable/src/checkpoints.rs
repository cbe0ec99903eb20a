//! The API to which the SDK writes its checkpoints.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// The operations of each execution, in the order in which they were started.
type Operations = Arc<Mutex<HashMap<String, Vec<Value>>>>;

/// A server on this machine; it stops when it is dropped.
#[derive(Debug)]
pub struct Checkpoints {
    address: SocketAddr,
    operations: Operations,
    server: JoinHandle<io::Result<()>>,
}

impl Checkpoints {
    /// Starts the server on a free port.
    ///
    /// # Errors
    /// There is no free port.
    pub async fn start() -> io::Result<Self> {
        let operations = Operations::default();
        let execution = "/2025-12-01/durable-executions/{arn}";
        let router = Router::new()
            .route(&format!("{execution}/checkpoint"), post(checkpoint))
            .route(&format!("{execution}/state"), get(state))
            .with_state(Arc::clone(&operations));
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            address: listener.local_addr()?,
            operations,
            server: tokio::spawn(async move { axum::serve(listener, router).await }),
        })
    }

    /// The variables by which a function's process finds the server in place of Lambda's API.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, String); 3] {
        [
            (
                "AWS_ENDPOINT_URL_LAMBDA",
                format!("http://{}", self.address),
            ),
            ("AWS_ACCESS_KEY_ID", "example".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "example".to_owned()),
        ]
    }

    /// The operations of an execution.
    #[must_use]
    pub fn operations(&self, arn: &str) -> Vec<Value> {
        lock(&self.operations).get(arn).cloned().unwrap_or_default()
    }

    /// Lets the time of every wait of an execution pass.
    pub fn end_waits(&self, arn: &str) {
        let mut operations = lock(&self.operations);
        for operation in operations.get_mut(arn).into_iter().flatten() {
            if operation["Type"] == "WAIT" {
                operation["Status"] = json!("SUCCEEDED");
            }
        }
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.server.abort();
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Checkpoint {
    updates: Vec<Update>,
}

/// What an operation has come to.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Update {
    id: String,
    name: Option<String>,
    parent_id: Option<String>,
    r#type: String,
    sub_type: Option<String>,
    action: String,
    payload: Option<String>,
    error: Option<Value>,
}

impl Update {
    fn apply(self, operations: &mut Vec<Value>) -> Value {
        let status = match self.action.as_str() {
            "SUCCEED" => "SUCCEEDED",
            "FAIL" => "FAILED",
            _ => "STARTED",
        };
        let details = json!({"Attempt": 1, "Result": self.payload, "Error": self.error});
        let mut operation = json!({
            "Id": self.id,
            "ParentId": self.parent_id,
            "Name": self.name,
            "Type": self.r#type,
            "SubType": self.sub_type,
            "Status": status,
            "StartTimestamp": 1_700_000_000,
        });
        match self.r#type.as_str() {
            "STEP" => operation["StepDetails"] = details,
            "CONTEXT" => operation["ContextDetails"] = details,
            _ => {}
        }
        match operations
            .iter_mut()
            .find(|it| it["Id"] == self.id.as_str())
        {
            Some(known) => *known = operation.clone(),
            None => operations.push(operation.clone()),
        }
        operation
    }
}

async fn checkpoint(
    State(operations): State<Operations>,
    Path(arn): Path<String>,
    Json(checkpoint): Json<Checkpoint>,
) -> Json<Value> {
    let mut operations = lock(&operations);
    let operations = operations.entry(arn).or_default();
    let updates = checkpoint.updates.into_iter();
    let changed: Vec<_> = updates.map(|update| update.apply(operations)).collect();
    let state = json!({"Operations": changed});
    Json(json!({"CheckpointToken": "next", "NewExecutionState": state}))
}

async fn state(State(operations): State<Operations>, Path(arn): Path<String>) -> Json<Value> {
    let operations = lock(&operations).get(&arn).cloned().unwrap_or_default();
    Json(json!({"Operations": operations}))
}

fn lock(operations: &Operations) -> MutexGuard<'_, HashMap<String, Vec<Value>>> {
    operations.lock().unwrap_or_else(PoisonError::into_inner)
}
