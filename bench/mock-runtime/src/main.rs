//! A Lambda sandbox for one function process: a Runtime API that repeats one event, a Datadog agent, and a clock
//! between them. Prints the measurements as one line of JSON.
//!
//! `mock-runtime --event FILE [--warmup N] [--invocations N] [--agent answers|slow|absent|hangs]
//! [--dump FILE] [--settle-ms N] [--env KEY=VALUE]... -- FUNCTION [ARGUMENT]...`

mod agent;
mod function;
mod http;
mod options;
mod report;
mod runtime_api;

use std::sync::Arc;
use std::thread::sleep;
use std::time::Duration;

use function::Function;
use options::{AgentIs, Options};
use report::Report;
use runtime_api::RuntimeApi;

/// Ends a run that hangs.
const LIMIT: Duration = Duration::from_secs(580);

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let options = Options::parse(std::env::args().skip(1))?;
    let agent = match options.agent {
        AgentIs::Absent => None,
        behaviour => Some(agent::start(behaviour, options.dump.clone())?),
    };
    let api = Arc::new(RuntimeApi::new(&options)?);
    let port = runtime_api::start(&api)?;

    // An absent agent has a reserved port, on which nothing listens.
    let agent_port = agent.as_ref().map_or(1, |agent| agent.port);
    let mut function = Function::start(&options, port, agent_port)?;
    let finished = api.wait(LIMIT, || function.has_exited());
    // Under callgrind the function's work after its last response takes a moment.
    sleep(options.settle);
    let memory = function.memory();
    let spans = agent.as_ref().map_or(0, agent::Agent::spans);
    function.stop();

    let report = Report {
        finished,
        measured: api.measured(function.started),
        memory,
        spans,
    };
    println!("{}", report.to_json());
    // The servers' threads still wait for connections, so this ends them.
    std::process::exit(i32::from(!finished));
}
