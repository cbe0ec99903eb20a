//! Runs a sample from a shell: starts its program again, with emulators around it.
//!
//! Standard output has what the sample prints, so that one sample's output can be another's event. Standard error has
//! everything about it, above all its trace.

use std::io::{self, Write};
use std::process::Stdio;
use std::time::Duration;

use emulator::{Agent, Function, Invocation, Outcome, RuntimeApi, Span, Traces};
use lambda_runtime::Error;
use serde_json::Value;
use tokio::process::Command;

/// Only Lambda, or an emulator of it, sets this variable.
const RUNTIME_API: &str = "AWS_LAMBDA_RUNTIME_API";
const AGENT_URL: &str = "DD_TRACE_AGENT_URL";

/// Far longer than a sample takes.
const LIMIT: Duration = Duration::from_secs(10);

/// Runs a function: `function` is the future of `dd_trace_runtime::run`. Outside Lambda the function gets one event:
/// the first argument of the command line, or else `event`.
pub async fn function(
    function: impl Future<Output = Result<(), Error>>,
    event: Value,
) -> Result<(), Error> {
    if std::env::var_os(RUNTIME_API).is_some() {
        lambda_runtime::tracing::init_default_subscriber();
        return function.await;
    }
    let given = std::env::args().nth(1);
    let event = given.unwrap_or_else(|| event.to_string());
    invoke(Agent::start().await?, event).await
}

/// Runs the program of a host, with an agent unless `DD_TRACE_AGENT_URL` names one.
pub async fn host(program: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    if std::env::var_os(AGENT_URL).is_some() {
        return program.await;
    }
    let agent = Agent::start().await?;
    let status = this_program(&agent)?.status().await?;
    if !status.success() {
        return Err(format!("the program ended with {status}").into());
    }
    show(agent.spans())
}

/// Runs a host and then the function that gets its message, with one agent for both.
///
/// `producer` returns the event that the service between them makes of the message. `function` is the future of
/// `dd_trace_runtime::run`.
pub async fn pair(
    producer: impl Future<Output = Result<String, Error>>,
    function: impl Future<Output = Result<(), Error>>,
) -> Result<(), Error> {
    if std::env::var_os(RUNTIME_API).is_some() {
        lambda_runtime::tracing::init_default_subscriber();
        return function.await;
    }
    if std::env::var_os(AGENT_URL).is_some() {
        return Ok(writeln!(io::stdout(), "{}", producer.await?)?);
    }
    let agent = Agent::start().await?;
    let producer = this_program(&agent)?
        .env("DD_SERVICE", "host")
        .stderr(Stdio::inherit())
        .output()
        .await?;
    if !producer.status.success() {
        return Err(format!("the producer ended with {}", producer.status).into());
    }
    io::stdout().write_all(&producer.stdout)?;
    let event = String::from_utf8(producer.stdout)?;
    invoke(agent, event).await
}

async fn invoke(agent: Agent, event: String) -> Result<(), Error> {
    let name = std::env::current_exe()?;
    let name = name.file_stem().unwrap_or_default().to_string_lossy();
    let api = RuntimeApi::start(Function::new(&name)).await?;
    let mut process = this_program(&agent)?
        // The start is known to a hundredth of a second, which is longer than these functions take.
        .env("DD_COLD_START_TRACING", "false")
        .envs(api.environment())
        .spawn()?;
    let outcome = tokio::select! {
        outcome = api.invoke(Invocation::new(event)) => outcome,
        status = process.wait() => return Err(format!("the function ended with {}", status?).into()),
    };
    // The function's spans come after its response.
    tokio::time::timeout(LIMIT, api.idle()).await?;
    process.kill().await?;
    match outcome {
        Outcome::Response(_) => show(agent.spans()),
        other => Err(other.to_string().into()),
    }
}

fn this_program(agent: &Agent) -> io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .env(AGENT_URL, agent.url())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    Ok(command)
}

fn show(spans: Vec<Span>) -> Result<(), Error> {
    let timeline = Traces::from_spans(spans).to_timeline();
    Ok(io::stderr().write_all(timeline.as_bytes())?)
}
