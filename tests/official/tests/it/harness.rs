//! A process of `src/bin/official.rs`, and the servers it talks to.

use std::process::{Output, Stdio};

use emulator::{Agent, Function, Invocation, Outcome, Span, Traces};
use serde_json::Value;
use tests_support::{FunctionProcess, within_limit};
use tokio::process::Command;

pub(crate) use tests_support::LIMIT;

const PROGRAM: &str = env!("CARGO_BIN_EXE_official");

pub(crate) struct Running {
    pub(crate) function: FunctionProcess,
    pub(crate) agent: Agent,
}

impl Running {
    /// Starts the function with the tracer of this name.
    pub(crate) async fn start(tracer: &str) -> Self {
        Self::with(tracer, &[], Agent::start().await.unwrap()).await
    }

    pub(crate) async fn with(tracer: &str, variables: &[(&str, &str)], agent: Agent) -> Self {
        let function = Function {
            timeout: LIMIT,
            ..Function::new("Orders")
        };
        let url = agent.url();
        let tell = |command: &mut Command| configure(command, tracer, &url, variables);
        Self {
            function: FunctionProcess::start(function, PROGRAM, tell).await,
            agent,
        }
    }

    /// Invokes the function, and waits until it asks for its next event.
    pub(crate) async fn invoke(&self, event: impl Into<Invocation>) -> Outcome {
        self.function.invoke(event).await
    }

    /// The response as JSON.
    pub(crate) async fn response(&self, event: &Value) -> Value {
        self.function.response(event).await
    }

    /// The only span with this name.
    pub(crate) fn span(&self, name: &str) -> Span {
        let spans = self.agent.spans();
        let mut named = spans.iter().filter(|span| span.name == name);
        match (named.next(), named.next()) {
            (Some(span), None) => span.clone(),
            _ => panic!("expected one `{name}`\n{}", self.tree()),
        }
    }

    /// The agent's spans, as indented trees.
    pub(crate) fn tree(&self) -> String {
        Traces::from_spans(self.agent.spans()).to_tree()
    }
}

/// Runs the host to its end.
pub(crate) async fn host(agent_url: &str) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    configure(&mut command, "official-host", agent_url, &[]);
    within_limit("the host", command.output()).await.unwrap()
}

fn configure(command: &mut Command, tracer: &str, agent_url: &str, variables: &[(&str, &str)]) {
    command
        .arg(tracer)
        .env("DD_TRACE_AGENT_URL", agent_url)
        .env("DD_SERVICE", "shop")
        // Longer than the default: a loaded machine must not fail these tests.
        .env("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10")
        // That span has tests of its own; telemetry would go to the agent, too.
        .env("DD_COLD_START_TRACING", "false")
        .env("DD_INSTRUMENTATION_TELEMETRY_ENABLED", "false")
        .env("DD_REMOTE_CONFIGURATION_ENABLED", "false")
        .envs(variables.iter().copied());
}
