//! A process of `src/bin/official.rs`, and the servers it talks to.

use std::process::{Output, Stdio};
use std::time::Duration;

use emulator::{Agent, Function, Invocation, Outcome, RuntimeApi, Span, Traces};
use serde_json::Value;
use tokio::process::{Child, Command};

/// Far more than anything takes that works.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

pub(crate) struct Running {
    pub(crate) api: RuntimeApi,
    pub(crate) agent: Agent,
    _process: Child,
}

impl Running {
    /// Starts the function with the tracer of that name.
    pub(crate) async fn start(tracer: &str) -> Self {
        Self::with(tracer, &[], Agent::start().await.unwrap()).await
    }

    pub(crate) async fn with(tracer: &str, variables: &[(&str, &str)], agent: Agent) -> Self {
        let function = Function {
            timeout: LIMIT,
            ..Function::new("Orders")
        };
        let api = RuntimeApi::start(function).await.unwrap();
        let process = command(tracer, &agent.url(), variables)
            .envs(api.environment())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Self {
            api,
            agent,
            _process: process,
        }
    }

    /// Invokes the function, and waits until it asks for its next event.
    pub(crate) async fn invoke(&self, event: &Value) -> Outcome {
        self.invoke_with(Invocation::new(event.to_string())).await
    }

    pub(crate) async fn invoke_with(&self, invocation: Invocation) -> Outcome {
        let outcome = self.api.invoke(invocation).await;
        tokio::time::timeout(LIMIT, self.api.idle())
            .await
            .expect("the function hangs");
        outcome
    }

    /// The response as JSON.
    pub(crate) async fn response(&self, event: &Value) -> Value {
        match self.invoke(event).await {
            Outcome::Response(body) => serde_json::from_slice(&body).unwrap(),
            other => panic!("expected a response, got {other:?}"),
        }
    }

    /// The one span of that name.
    pub(crate) fn span(&self, name: &str) -> Span {
        let spans = self.agent.spans();
        let mut named = spans.iter().filter(|span| span.name == name);
        match (named.next(), named.next()) {
            (Some(span), None) => span.clone(),
            _ => panic!("expected one `{name}`\n{}", self.tree()),
        }
    }

    /// What the agent has, as indented trees.
    pub(crate) fn tree(&self) -> String {
        Traces::from_spans(self.agent.spans()).to_tree()
    }
}

/// Runs the host to its end.
pub(crate) async fn host(agent_url: &str) -> Output {
    let output = command("official-host", agent_url, &[])
        .stdout(Stdio::piped())
        .output();
    tokio::time::timeout(LIMIT, output)
        .await
        .expect("the host hangs")
        .unwrap()
}

fn command(tracer: &str, agent_url: &str, variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_official"));
    command
        .arg(tracer)
        .env_clear()
        .env("DD_TRACE_AGENT_URL", agent_url)
        .env("DD_SERVICE", "shop")
        // Longer than the default, as a loaded machine must not fail these tests.
        .env("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10")
        // Its span is a matter of other tests; telemetry would go to the agent, too.
        .env("DD_COLD_START_TRACING", "false")
        .env("DD_INSTRUMENTATION_TELEMETRY_ENABLED", "false")
        .env("DD_REMOTE_CONFIGURATION_ENABLED", "false")
        .envs(variables.iter().copied())
        .stdin(Stdio::null());
    command
}
