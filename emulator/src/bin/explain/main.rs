//! Why an event's trace context was found or not.
//!
//! `explain event.json`, or an event on standard input, says which sources were asked and what each held.
//! `explain carrier.json event.json` says where the context got lost between a producer and its consumer.

mod input;
mod lost;

use std::process::ExitCode;

use dd_trace_runtime::explain;
use lambda_runtime::Context;

const USAGE: &str = "usage: explain [--json] [CARRIER] [EVENT]

  explain event.json                 which sources of a trace context were asked, and what each held
  explain < event.json               the same for an event on standard input
  explain carrier.json event.json    where the context of a producer got lost on its way to an event

  --json    for tools
The settings are those of the environment, such as DD_TRACE_PROPAGATION_STYLE.";

fn main() -> ExitCode {
    match run(std::env::args().skip(1).collect()) {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Vec<String>) -> Result<String, String> {
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        return Ok(USAGE.into());
    }
    let (options, files): (Vec<_>, Vec<_>) = arguments
        .into_iter()
        .partition(|argument| argument.starts_with('-'));
    let as_json = match options.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => false,
        ["--json"] => true,
        _ => return Err(USAGE.into()),
    };
    let (carrier, event) = match files.as_slice() {
        [] => (None, input::read_stdin()?),
        [event] => (None, input::read(event)?),
        [carrier, event] => (Some(input::read(carrier)?), input::read(event)?),
        _ => return Err(USAGE.into()),
    };
    let explanation = explain(&event, &Context::default());
    if as_json {
        return serde_json::to_string_pretty(&explanation).map_err(|error| error.to_string());
    }
    let story = carrier.map(|carrier| lost::story(&carrier, &event, &explanation));
    Ok(match story {
        Some(story) => format!("{story}\n\n{}", explanation.to_string().trim_end()),
        None => explanation.to_string().trim_end().to_owned(),
    })
}
