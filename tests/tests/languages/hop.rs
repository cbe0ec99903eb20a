//! One function of a chain, in one of the three languages, as a process.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use emulator::{Function, Invocation};
use serde_json::{Value, json};
use tests_support::{FunctionProcess, installed, peers, within_limit};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::forms::Event;

/// Keeps Datadog's libraries to themselves, and sends their spans to the test agent. Inferred spans are off: they would
/// stand between one function and the next.
const SETTINGS: [(&str, &str); 13] = [
    ("AWS_DEFAULT_REGION", "us-east-1"),
    ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
    ("AWS_REGION", "us-east-1"),
    ("DD_COLD_START_TRACING", "false"),
    ("DD_ENHANCED_METRICS", "false"),
    ("DD_FLUSH_TO_LOG", "true"),
    ("DD_INSTRUMENTATION_TELEMETRY_ENABLED", "false"),
    ("DD_REMOTE_CONFIGURATION_ENABLED", "false"),
    // Without this, Datadog's tracer for Node prints its spans if it finds no extension.
    ("DD_TRACE_EXPERIMENTAL_EXPORTER", "agent"),
    ("DD_TRACE_FLUSH_INTERVAL", "0"),
    ("DD_TRACE_MANAGED_SERVICES", "false"),
    ("DD_TRACE_STARTUP_LOGS", "false"),
    ("DD_TRACE_STATS_COMPUTATION_ENABLED", "false"),
];

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/languages")
        .join(name)
}

/// The answer of the function in `src/bin/function/main.rs`, which passes on its headers.
pub(crate) async fn rust(service: &str, event: Event, agent: &str) -> Value {
    let tell = |command: &mut Command| {
        command
            .arg("headers")
            .envs(SETTINGS)
            .env("DD_TRACE_AGENT_URL", agent)
            .env("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10")
            .env("DD_SERVICE", service);
    };
    let program = env!("CARGO_BIN_EXE_function");
    let function = FunctionProcess::start(Function::new(service), program, tell).await;
    let invocation = Invocation {
        client_context: event
            .client_context
            .map(|custom| json!({ "custom": custom }).to_string()),
        ..Invocation::new(event.payload.to_string())
    };
    function.response(invocation).await
}

/// The answer of `hop.py`; `extractor` is one of `documented.py`.
pub(crate) async fn python(event: Event, extractor: Option<&str>, agent: &str) -> Value {
    let mut command = Command::new(installed("python"));
    command.arg(script("hop.py"));
    if let Some(extractor) = extractor {
        command.env("DD_TRACE_EXTRACTOR", format!("documented.{extractor}"));
    }
    answer("python", command, event, agent).await
}

/// The answer of `hop.cjs`; `extractor` is one of `documented.cjs`.
pub(crate) async fn node(event: Event, extractor: Option<&str>, agent: &str) -> Value {
    let mut command = Command::new("node");
    command.arg(script("hop.cjs")).arg(peers()).args(extractor);
    answer("node", command, event, agent).await
}

async fn answer(service: &str, mut command: Command, event: Event, agent: &str) -> Value {
    let mut process = command
        .envs(SETTINGS)
        .env("AWS_LAMBDA_FUNCTION_NAME", service)
        .env("DD_SERVICE", service)
        .env("DD_TRACE_AGENT_URL", agent)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| panic!("{service}: {error}; run `.ci/peers`"));
    let invocation = json!({ "event": event.payload, "client_context": event.client_context });
    let mut input = process.stdin.take().unwrap();
    input
        .write_all(invocation.to_string().as_bytes())
        .await
        .unwrap();
    drop(input);
    let output = within_limit(service, process.wait_with_output()).await;
    let output = output.unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.trim_end().lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        panic!("{service} gave no carrier: {error}\n{text}\n{said}")
    })
}
