//! An agent that shows your traces, in this terminal and in a browser.

use std::num::NonZeroUsize;
use std::process::ExitCode;

use emulator::Watch;

const USAGE: &str = "usage: watch [--port PORT] [--keep TRACES]

An agent on 127.0.0.1 for any Datadog tracer. It draws each trace here as it comes, and serves
a page that shows them. Nothing leaves this machine.

  --port PORT      where tracers send; 8126 unless given, 0 for any that is free
  --keep TRACES    how many traces are kept; 200 unless given";

struct Options {
    port: u16,
    keep: NonZeroUsize,
}

impl Options {
    fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let keep = NonZeroUsize::new(200).ok_or(USAGE)?;
        let mut options = Self { port: 8126, keep };
        while let Some(name) = arguments.next() {
            if !["--port", "--keep"].contains(&name.as_str()) {
                return Err(format!("there is no option `{name}`\n\n{USAGE}"));
            }
            let value = arguments.next();
            let value = value.ok_or_else(|| format!("`{name}` has no value\n\n{USAGE}"))?;
            if name == "--port" {
                let wrong = |_| format!("the port is `{value}`; write a number up to 65535");
                options.port = value.parse().map_err(wrong)?;
            } else {
                let wrong =
                    |_| format!("the traces to keep are `{value}`; write a number from 1 on");
                options.keep = value.parse().map_err(wrong)?;
            }
        }
        Ok(options)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    if std::env::args().any(|argument| argument == "--help" || argument == "-h") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::FAILURE;
        }
    };
    let watch = match Watch::start(options.port, options.keep).await {
        Ok(watch) => watch,
        Err(error) => {
            eprintln!(
                "can't listen on port {}: {error}; write another with --port, and its URL in DD_TRACE_AGENT_URL",
                options.port
            );
            return ExitCode::FAILURE;
        }
    };
    println!(
        "traces are shown here and at {0} (DD_TRACE_AGENT_URL={0})",
        watch.url()
    );
    loop {
        let traces = watch.changed().await;
        for problem in watch.problems() {
            println!("\n{problem}");
        }
        for trace in traces {
            println!("\n{}", trace.to_timeline().trim_end());
        }
    }
}
