//! Runs a function on this machine as Lambda does, and draws the trace of its spans.

use std::io::{ErrorKind, IsTerminal, Read};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use bytes::Bytes;
use emulator::{Function, Invocation, Outcome, RuntimeApi, Watch};
use serde::de::IgnoredAny;
use tokio::process::{Child, Command};

const USAGE: &str = "usage: invoke [--name NAME] [--timeout SECONDS] [--agent URL] PROGRAM [EVENT...]

  invoke target/debug/orders event.json      starts the function, hands it the event, draws its trace
  invoke target/debug/orders < event.json    the same with an event on standard input

  --name NAME          the function's name; that of the program unless given
  --timeout SECONDS    how long an invocation may take; 3 unless given, as on Lambda
  --agent URL          where spans are sent instead of here, such as to `watch`
The function has the variables of this environment, such as DD_TRACE_DEBUG, and those that Lambda sets.";

/// More traces than a person reads. It bounds a function that makes traces without end.
const TRACES: usize = 1_000;

/// How long spans that are sent in the background may take.
const LATE_SPANS: Duration = Duration::from_secs(2);

struct Options {
    function: Function,
    agent: Option<String>,
    program: String,
    events: Vec<Bytes>,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let (mut name, mut timeout, mut agent) = (None, None, None);
        let program = loop {
            let argument = arguments.next().ok_or(USAGE)?;
            let value = match argument.as_str() {
                "--name" => &mut name,
                "--timeout" => &mut timeout,
                "--agent" => &mut agent,
                other if other.starts_with('-') => {
                    return Err(format!("there is no option `{other}`\n\n{USAGE}"));
                }
                _ => break argument,
            };
            let given = arguments.next();
            *value = Some(given.ok_or_else(|| format!("`{argument}` has no value\n\n{USAGE}"))?);
        };
        let file_name = Path::new(&program).file_stem();
        let file_name = file_name.map(|name| name.to_string_lossy().into_owned());
        let name = name
            .or(file_name)
            .ok_or_else(|| format!("`{program}` is no program"))?;
        let mut function = Function::new(&name);
        if let Some(seconds) = timeout {
            let number = seconds.parse();
            let wrong = |_| format!("the timeout is `{seconds}`; write a number of seconds");
            function.timeout = Duration::from_secs(number.map_err(wrong)?);
        }
        Ok(Self {
            function,
            agent,
            program,
            events: events(arguments.collect())?,
        })
    }
}

/// The bytes of the files, or of standard input.
fn events(files: Vec<String>) -> Result<Vec<Bytes>, String> {
    if files.is_empty() {
        let stdin = std::io::stdin();
        if stdin.is_terminal() {
            return Err(
                "no event; name its file, or write `echo '{}' |` before the command".into(),
            );
        }
        let mut event = Vec::new();
        let read = stdin.lock().read_to_end(&mut event);
        read.map_err(|error| format!("standard input: {error}"))?;
        return Ok(vec![json("standard input", event)?]);
    }
    let read = |file: String| match std::fs::read(&file) {
        Ok(event) => json(&format!("`{file}`"), event),
        Err(error) => Err(format!("`{file}`: {error}")),
    };
    files.into_iter().map(read).collect()
}

/// Lambda takes no event that isn't JSON.
fn json(source: &str, event: Vec<u8>) -> Result<Bytes, String> {
    if event.is_empty() {
        return Err(format!("{source}: it is empty; save the event there"));
    }
    match serde_json::from_slice::<IgnoredAny>(&event) {
        Ok(_) => Ok(event.into()),
        Err(error) => Err(format!(
            "{source}: an event is JSON, and this isn't: {error}"
        )),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--help" || argument == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let invoked = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => run(options).await,
        Err(problem) => Err(problem),
    };
    match invoked {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), String> {
    let traces = NonZeroUsize::new(TRACES).ok_or(USAGE)?;
    let watch = Watch::start(0, traces).await;
    let watch = watch.map_err(|error| format!("no port is free: {error}"))?;
    let api = RuntimeApi::start(options.function).await;
    let api = api.map_err(|error| format!("no port is free: {error}"))?;
    let mut function = Command::new(&options.program)
        .envs(api.environment())
        .env(
            "DD_TRACE_AGENT_URL",
            options.agent.as_ref().unwrap_or(&watch.url()),
        )
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| not_started(&options.program, &error))?;
    let mut result = Ok(());
    for event in options.events {
        let answer = invoke(&api, &mut function, event).await;
        if let Err(problem) = answer {
            result = Err(problem);
            break;
        }
    }
    if options.agent.is_none() {
        let is_drawn = draw(&watch).await;
        // Where the function has ended, that is the reason.
        if !is_drawn && result.is_ok() {
            println!(
                "\nno span has come; `DD_TRACE_DEBUG=true` says what the function sends, and where"
            );
        }
    }
    result
}

fn not_started(program: &str, error: &std::io::Error) -> String {
    let advice = match error.kind() {
        ErrorKind::NotFound => "; `cargo build` makes `target/debug/<package>`",
        _ => "",
    };
    format!("`{program}` can't be started: {error}{advice}")
}

/// Prints the answer to one event. An error ends the function, as on Lambda when the process has ended or hasn't
/// answered in time.
async fn invoke(api: &RuntimeApi, function: &mut Child, event: Bytes) -> Result<(), String> {
    let ended = |status: std::io::Result<std::process::ExitStatus>| match status {
        Ok(status) if status.success() => Err(format!(
            "the function's process has ended: {status}; its `main` must end with `dd_trace_runtime::run(handler).await`"
        )),
        Ok(status) => Err(format!("the function's process has ended: {status}")),
        Err(error) => Err(format!("the function's process is lost: {error}")),
    };
    let outcome = tokio::select! {
        // The function's output before its end comes first.
        biased;
        outcome = api.invoke(Invocation::new(event)) => outcome,
        status = function.wait() => return ended(status),
    };
    match &outcome {
        Outcome::Response(body) => println!("{}", String::from_utf8_lossy(body)),
        Outcome::Error(_) | Outcome::StreamError { .. } => println!("{outcome}"),
        // The process asks for no other event.
        Outcome::InitError(_) | Outcome::InitTimeout | Outcome::Timeout { .. } => {
            return Err(outcome.to_string());
        }
    }
    tokio::select! {
        biased;
        () = api.idle() => Ok(()),
        status = function.wait() => ended(status),
    }
}

/// Draws the traces, if there are any. The function's own spans come before it asks for its next event. The spans of a
/// user's provider may be late.
async fn draw(watch: &Watch) -> bool {
    let mut traces = watch.traces();
    if traces.is_empty() {
        let late = tokio::time::timeout(LATE_SPANS, watch.changed());
        traces = late.await.unwrap_or_default();
    }
    for trace in &traces {
        println!("\n{}", trace.to_timeline().trim_end());
    }
    !traces.is_empty()
}
