//! A function as a process.

use std::process::Stdio;

use emulator::{Function, Invocation, Outcome, RuntimeApi};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::within_limit;

/// A function's process and the Runtime API that it asks for events; both end when this value is dropped.
#[derive(Debug)]
pub struct FunctionProcess {
    /// The Runtime API.
    pub api: RuntimeApi,
    /// The process.
    pub process: Child,
}

impl FunctionProcess {
    /// Starts `program` with only the variables that Lambda sets. `tell` adds arguments and variables.
    pub async fn start(function: Function, program: &str, tell: impl FnOnce(&mut Command)) -> Self {
        let api = RuntimeApi::start(function).await.unwrap();
        let mut command = Command::new(program);
        command
            .env_clear()
            .envs(api.environment())
            .stdin(Stdio::null())
            .kill_on_drop(true);
        tell(&mut command);
        let process = command.spawn();
        let process = process.unwrap_or_else(|error| panic!("{program}: {error}"));
        Self { api, process }
    }

    /// Invokes the function and waits until it asks for its next event: by then its spans have been sent.
    pub async fn invoke(&self, invocation: impl Into<Invocation>) -> Outcome {
        let outcome = self.api.invoke(invocation.into()).await;
        self.idle().await;
        outcome
    }

    /// Waits until the function asks for its next event.
    pub async fn idle(&self) {
        within_limit("the function", self.api.idle()).await;
    }

    /// The response to an invocation, as JSON.
    pub async fn response(&self, invocation: impl Into<Invocation>) -> Value {
        match self.invoke(invocation).await {
            Outcome::Response(body) => serde_json::from_slice(&body).unwrap(),
            other => panic!("expected a response, got {other:?}"),
        }
    }
}
