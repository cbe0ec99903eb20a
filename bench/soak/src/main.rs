//! Very many invocations of one function process, while sends fail and the process freezes. Shows which spans arrive,
//! and how much memory the process takes.

mod function;
mod process;
mod soak;
mod tally;

use std::env;
use std::error::Error;
use std::process::ExitCode;

use self::soak::{Plan, soak};

/// Minutes.
const LONG: [Plan; 2] = [
    Plan {
        invocations: 100_000,
        concurrency: 1,
        freeze_every: 500,
    },
    Plan {
        invocations: 20_000,
        concurrency: 100,
        freeze_every: 2_000,
    },
];
/// Seconds.
const SHORT: [Plan; 2] = [
    Plan {
        invocations: 3_000,
        concurrency: 1,
        freeze_every: 500,
    },
    Plan {
        invocations: 2_000,
        concurrency: 100,
        freeze_every: 1_000,
    },
];

fn main() -> ExitCode {
    let argument = env::args().nth(1).unwrap_or_default();
    let result = match argument.as_str() {
        "function" => function::main(false),
        "concurrent-function" => function::main(true),
        "" => run(&LONG),
        "--short" => run(&SHORT),
        other => Err(format!("`{other}` isn't an argument; write `--short` or nothing").into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn run(plans: &[Plan]) -> Result<(), Box<dyn Error + Send + Sync>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    for plan in plans {
        runtime.block_on(soak(plan))?;
    }
    Ok(())
}
