//! A recipe as a process, with Lambda and an agent around it.

use std::process::{Child, Command};
use std::time::Duration;

use emulator::{Agent, Function, Invocation, Outcome, RuntimeApi, Span};
use serde_json::{Value, json};

/// How long anything may take that should happen at once.
pub const LIMIT: Duration = Duration::from_secs(20);

/// The trace and the span that each event comes from.
pub const TRACE_ID: u64 = 0x0123_4567_89ab_cdef;
pub const PARENT_ID: u64 = 77;

/// What became of an invocation.
pub struct Invoked {
    pub outcome: Outcome,
    pub spans: Vec<Span>,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a program on one event, until it has asked for the next.
pub async fn invoke(program: &str, variables: &[(&str, String)], event: &Value) -> Invoked {
    let agent = Agent::start().await.unwrap();
    let function = Function {
        timeout: LIMIT,
        ..Function::new("shop")
    };
    let api = RuntimeApi::start(function).await.unwrap();
    let process = Command::new(program)
        .env_clear()
        .envs(api.environment())
        .env("DD_TRACE_AGENT_URL", agent.url())
        .env("DD_COLD_START_TRACING", "false")
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .spawn();
    let _process = Process(process.unwrap());
    let invocation = Invocation {
        client_context: Some(client_context()),
        ..Invocation::from(event)
    };
    let outcome = api.invoke(invocation).await;
    tokio::time::timeout(LIMIT, api.idle()).await.unwrap();
    Invoked {
        outcome,
        spans: agent.spans(),
    }
}

/// The trace context stands here, so that events can be anything.
fn client_context() -> String {
    let carrier = json!({
        "x-datadog-trace-id": TRACE_ID.to_string(),
        "x-datadog-parent-id": PARENT_ID.to_string(),
        "x-datadog-sampling-priority": "1",
    });
    json!({"custom": carrier}).to_string()
}

impl Invoked {
    /// The response, as JSON.
    pub fn response(&self) -> Value {
        match &self.outcome {
            Outcome::Response(body) => serde_json::from_slice(body).unwrap(),
            outcome => panic!("{outcome}"),
        }
    }

    pub fn span(&self, name: &str) -> &Span {
        let span = self.spans.iter().find(|span| span.name == name);
        span.unwrap_or_else(|| panic!("no {name} in {:#?}", self.spans))
    }

    /// The span of the function is the producer's child, and the span `name` is its child.
    pub fn below_the_function(&self, name: &str) -> &Span {
        let (function, span) = (self.span("aws.lambda"), self.span(name));
        assert_eq!(
            (function.trace_id, function.parent_id),
            (TRACE_ID, PARENT_ID)
        );
        assert_eq!(
            (span.trace_id, span.parent_id),
            (TRACE_ID, function.span_id)
        );
        span
    }
}
