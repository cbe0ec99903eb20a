//! The four functions on this machine: a process for each, and emulators around them.

mod events;
mod forward;
mod function;
mod options;
mod output;
mod process;
mod report;
mod signals;
mod stage;
mod svg;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use emulator::Traces;

use self::function::Function;
use self::options::{Command, Options};
use self::report::Report;
use self::signals::Signals;
use self::stage::Stage;

/// The conventional exit status for a wrong command line.
const USAGE: u8 = 2;

/// Follows the command line: runs the pipeline, or one of its functions alone.
#[must_use]
pub fn main(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    match options::parse(arguments) {
        Ok(Command::Help) => {
            output::line(options::HELP);
            ExitCode::SUCCESS
        }
        Ok(Command::Function(function)) => serve(function),
        Ok(Command::Pipeline(options)) => block_on(run(&options)).unwrap_or_else(|error| {
            output::error_line(&format!("the pipeline could not be set up: {error}"));
            ExitCode::FAILURE
        }),
        Err(problem) => {
            output::error_line(&problem);
            ExitCode::from(USAGE)
        }
    }
}

/// A current-thread runtime, as a function on Lambda should have. It is enough for the pipeline, too.
fn block_on<T>(future: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(future)
}

fn serve(function: Function) -> ExitCode {
    match block_on(async { Ok(function.run().await) }) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

fn failed(error: &dyn std::fmt::Display) -> ExitCode {
    output::error_line(&error.to_string());
    ExitCode::FAILURE
}

/// Sets the stage, plays, clears the stage, and reports; a signal ends the play early.
async fn run(options: &Options) -> io::Result<ExitCode> {
    // Listens before there is anything to clear away.
    let mut signals = Signals::listen()?;
    let mut stage = Stage::set(options).await?;
    let played = tokio::select! {
        biased;
        signal = signals.next() => Err(signal),
        failures = stage.play() => Ok(failures),
    };
    let seen = stage.clear().await;
    let mut failures = match played {
        Err(signal) => return Ok(ExitCode::from(signal.exit_status())),
        Ok(failures) => failures,
    };
    if let Some(url) = &options.agent {
        failures.extend(forward::to_agent(url, &seen.requests).await.err());
    }
    Ok(Report::new(Traces::from_spans(seen.spans), failures).show(options))
}
