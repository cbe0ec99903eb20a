//! The command line.

use std::ffi::OsString;
use std::path::PathBuf;

use super::function::Function;

pub(super) const HELP: &str = "\
Runs four Lambda functions on this machine and shows their trace.

`checkout` takes an order and tells `fulfil` through a queue and `notify` over MQTT; `fulfil` starts a state
machine whose task is `ship`. Each is a process of its own; nothing is sent anywhere but to this machine.

usage: pipeline [options]
       pipeline checkout|fulfil|notify|ship    one function alone, for a runtime API that is there already

options:
  --svg FILE           also write the trace as a picture
  --agent URL          also hand the spans to the Datadog agent at this address, to see them in Datadog
  --break-propagation  let `checkout` publish to the topic without trace context
  --kill FUNCTION      kill that function's process before it is invoked
  --help               show this

exit status: 0 for one connected trace, 1 for anything else, 2 for a wrong command line";

/// The task that the command line names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Function(Function),
    Pipeline(Options),
}

/// How the pipeline is run.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) svg: Option<PathBuf>,
    pub(super) agent: Option<String>,
    pub(super) break_propagation: bool,
    pub(super) kill: Option<Function>,
}

/// Parses the arguments. The error says what to write instead.
pub(super) fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Command, String> {
    let mut arguments = arguments.peekable();
    if let Some(function) = arguments
        .peek()
        .and_then(|name| Function::from_name(name.to_str()?))
    {
        arguments.next();
        return match arguments.next() {
            None => Ok(Command::Function(function)),
            Some(more) => Err(unknown(&more)),
        };
    }
    let mut options = Options::default();
    while let Some(argument) = arguments.next() {
        let text = argument.to_string_lossy();
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(OsString::from(value))),
            None => (&*text, None),
        };
        let mut value = || {
            attached
                .clone()
                .or_else(|| arguments.next())
                .filter(|value| !value.is_empty())
        };
        match name {
            "--svg" => {
                let file = value().ok_or("`--svg` needs a file; write `--svg trace.svg`")?;
                options.svg = Some(PathBuf::from(file));
            }
            "--agent" => {
                let url = value().and_then(|url| url.into_string().ok());
                options.agent = Some(
                    url.ok_or("`--agent` needs an address; write `--agent http://127.0.0.1:8126`")?,
                );
            }
            "--kill" => options.kill = Some(function(value())?),
            "--break-propagation" if attached.is_none() => options.break_propagation = true,
            "--help" | "-h" if attached.is_none() => return Ok(Command::Help),
            _ => return Err(unknown(&argument)),
        }
    }
    Ok(Command::Pipeline(options))
}

fn function(name: Option<OsString>) -> Result<Function, String> {
    let name = name.unwrap_or_default();
    let name = name.to_string_lossy();
    Function::from_name(&name).ok_or_else(|| {
        format!("`--kill` needs a function, not `{name}`; write `checkout`, `fulfil`, `notify` or `ship`")
    })
}

fn unknown(argument: &OsString) -> String {
    let argument = argument.to_string_lossy();
    format!(
        "unknown argument `{argument}`; write `--svg FILE`, `--agent URL`, `--break-propagation`, `--kill FUNCTION` or `--help`"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn without_arguments_the_pipeline_is_run() {
        assert_eq!(parsed(""), Ok(Command::Pipeline(Options::default())));
    }

    #[test]
    fn options_are_understood_in_any_order_and_both_spellings() {
        let expected = Command::Pipeline(Options {
            svg: Some(PathBuf::from("a.svg")),
            agent: Some("http://a:1".to_owned()),
            break_propagation: true,
            kill: Some(Function::Notify),
        });
        assert_eq!(
            parsed("--svg a.svg --agent http://a:1 --break-propagation --kill notify").as_ref(),
            Ok(&expected)
        );
        assert_eq!(
            parsed("--kill=notify --break-propagation --agent=http://a:1 --svg=a.svg").as_ref(),
            Ok(&expected)
        );
        assert_eq!(parsed("--svg a.svg --help"), Ok(Command::Help));
    }

    #[test]
    fn a_function_can_be_run_alone() {
        assert_eq!(parsed("fulfil"), Ok(Command::Function(Function::Fulfil)));
        assert!(
            parsed("fulfil --svg a")
                .unwrap_err()
                .contains("unknown argument `--svg`")
        );
    }

    #[test]
    fn errors_say_what_to_write() {
        let cases = [
            ("--svgg a", "unknown argument `--svgg`; write `--svg FILE`"),
            ("--help=1", "unknown argument `--help=1`"),
            ("checkuot", "unknown argument `checkuot`"),
            ("--svg", "`--svg` needs a file; write `--svg trace.svg`"),
            ("--svg=", "`--svg` needs a file"),
            ("--kill", "`--kill` needs a function"),
            (
                "--kill me",
                "not `me`; write `checkout`, `fulfil`, `notify` or `ship`",
            ),
        ];
        for (line, problem) in cases {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
