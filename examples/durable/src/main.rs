//! Runs an execution of the function `order` on this machine and prints its trace.

use std::env::current_exe;
use std::io;

use durable::{Checkpoints, Execution};
use emulator::{Agent, Function, RuntimeApi, Traces};
use serde_json::json;
use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let agent = Agent::start().await?;
    let checkpoints = Checkpoints::start().await?;
    let api = RuntimeApi::start(Function::new("order")).await?;
    let _function = Command::new(current_exe()?.with_file_name("order"))
        .envs(api.environment())
        .envs(checkpoints.environment())
        .env("DD_TRACE_AGENT_URL", agent.url())
        .kill_on_drop(true)
        .spawn()?;
    let execution = Execution::new("7", json!({"quantity": 3}));
    for answer in execution.run(&api, &checkpoints).await? {
        println!("{answer}");
    }
    println!("{}", Traces::from_spans(agent.spans()).to_tree());
    Ok(())
}
