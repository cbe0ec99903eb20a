//! One soak: the invocations, the faults between them, and the report.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use emulator::{Agent, Behaviour, Function, Invocation, Outcome, RuntimeApi};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::function::SPANS;
use crate::process::Process;
use crate::tally::{FIRST_TRACE, Tally};

pub struct Plan {
    pub invocations: u64,
    pub concurrency: u32,
    pub freeze_every: u64,
}

/// One send in this many fails, which is 4 %.
const FAILING: u64 = 25;
/// Far longer than anything that works takes.
const LIMIT: Duration = Duration::from_secs(60);
/// After so many invocations the received spans are counted and forgotten, and the memory is read.
const BLOCK: u64 = 1_000;
/// How many KiB the memory may grow after the first 10,000 invocations: an allocator's pages move.
const FLAT: u64 = 512;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The agent's behaviour for the request with this number.
fn behaviour(number: u64) -> Behaviour {
    match (number % FAILING, number / FAILING % 4) {
        (0, 0) => Behaviour::Status(503),
        (0, 1) => Behaviour::CloseWithoutAnswer,
        (0, 2) => Behaviour::CloseAfterAnswer,
        // Longer than a send waits.
        (0, _) => Behaviour::Delay(Duration::from_millis(120)),
        _ => Behaviour::Answer,
    }
}

struct Soak {
    api: Arc<RuntimeApi>,
    agent: Agent,
    process: Process,
    tally: Tally,
    /// The memory after so many invocations.
    memory: Vec<(u64, u64)>,
}

pub async fn soak(plan: &Plan) -> Result<()> {
    let function = Function {
        timeout: LIMIT,
        concurrency: plan.concurrency,
        ..Function::new("soak")
    };
    let api = Arc::new(RuntimeApi::start(function).await?);
    let agent = Agent::start().await?;
    agent.choose_behaviour(behaviour);
    let mut soak = Soak {
        process: Process::start(&api, &agent, plan.concurrency > 1)?,
        api,
        agent,
        tally: Tally::default(),
        memory: Vec::new(),
    };
    let started = Instant::now();
    let mut next = 0;
    while next < plan.invocations {
        let end = plan.invocations.min(next + BLOCK.min(plan.freeze_every));
        soak.invoke(next..end, plan.concurrency).await?;
        next = end;
        soak.count()?;
        if next % plan.freeze_every == 0 {
            soak.process.freeze().await?;
        }
        if [1_000, 10_000, 100_000, plan.invocations].contains(&next) {
            soak.memory.push((next, soak.process.memory()?));
        }
    }
    let taken = started.elapsed();
    soak.end(plan, taken).await
}

impl Soak {
    /// Runs these invocations, `concurrency` at a time, and waits until the function asks for its next event.
    async fn invoke(&mut self, ids: std::ops::Range<u64>, concurrency: u32) -> Result<()> {
        let mut running = JoinSet::new();
        for id in ids {
            if running.len() >= concurrency as usize {
                self.answered(running.join_next().await)?;
                if concurrency == 1 {
                    timeout(LIMIT, self.api.idle()).await?;
                }
            }
            let api = Arc::clone(&self.api);
            running.spawn(async move { (id, api.invoke(invocation(id)).await) });
        }
        while !running.is_empty() {
            self.answered(running.join_next().await)?;
        }
        timeout(LIMIT, self.api.idle()).await?;
        Ok(())
    }

    fn answered(
        &mut self,
        joined: Option<std::result::Result<(u64, Outcome), tokio::task::JoinError>>,
    ) -> Result<()> {
        let Some(joined) = joined else {
            return Ok(());
        };
        match joined? {
            (id, Outcome::Response(body)) => {
                self.tally.made += SPANS;
                self.tally.mixed += u64::from(body != json!(id.to_string()).to_string());
                Ok(())
            }
            (id, other) => Err(format!("invocation {id}: {other}").into()),
        }
    }

    fn count(&mut self) -> Result<()> {
        let requests = self.agent.take_requests();
        if let Some(reason) = requests.iter().find_map(|it| it.traces.as_ref().err()) {
            return Err(reason.clone().into());
        }
        self.tally.add(&requests);
        Ok(())
    }

    /// Ends the process, which sends the spans that wait. Then everything must have arrived.
    async fn end(mut self, plan: &Plan, taken: Duration) -> Result<()> {
        self.agent.set_behaviour(Behaviour::Answer);
        let Self { process, .. } = self;
        process.terminate().await?;
        let requests = self.agent.take_requests();
        self.tally.add(&requests);
        let Self { tally, memory, .. } = self;
        println!(
            "{} invocations, {} at a time, {:.0} a second; {} sends failed",
            plan.invocations,
            plan.concurrency,
            plan.invocations as f64 / taken.as_secs_f64(),
            tally.failed
        );
        println!("  spans: {tally}");
        let memory_after = |(count, kib): &(u64, u64)| format!("{kib} KiB after {count}");
        let lines: Vec<_> = memory.iter().map(memory_after).collect();
        println!("  memory: {}", lines.join(", "));
        let settled = memory.iter().find(|(count, _)| *count >= 10_000);
        let last = memory.last();
        let grows = settled
            .zip(last)
            .is_some_and(|(settled, last)| last.1 > settled.1 + FLAT);
        if !tally.is_perfect() {
            return Err("spans were lost, sent twice or mixed up".into());
        }
        if grows {
            return Err("the memory grows".into());
        }
        Ok(())
    }
}

/// `lambda_runtime` puts this header into the environment of a function that isn't concurrent, and the C library keeps
/// every value that was ever there. So with new values the memory of every function grows, traced or not.
const XRAY: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";

fn invocation(id: u64) -> Invocation {
    Invocation {
        trace_id: Some(XRAY.to_owned()),
        ..Invocation::new(event(id))
    }
}

/// An event whose producer has a trace of its own.
fn event(id: u64) -> String {
    json!({
        "id": id,
        "headers": {
            "x-datadog-trace-id": (FIRST_TRACE + id).to_string(),
            "x-datadog-parent-id": "7",
            "x-datadog-sampling-priority": "1",
        }
    })
    .to_string()
}
