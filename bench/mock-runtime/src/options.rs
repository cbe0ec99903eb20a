//! The command line.

use std::path::PathBuf;
use std::time::Duration;

/// The program to run, and how.
pub struct Options {
    /// The file with the event that every invocation gets.
    pub event: PathBuf,
    /// How many invocations run before those that are measured.
    pub warmup: usize,
    /// How many invocations are measured.
    pub invocations: usize,
    pub agent: AgentIs,
    /// Where to write the last traces that the agent received.
    pub dump: Option<PathBuf>,
    /// How long to wait after the last response.
    pub settle: Duration,
    /// Variables to add to the function's environment.
    pub environment: Vec<(String, String)>,
    /// The function and its arguments.
    pub command: Vec<String>,
}

/// How long a slow agent takes to answer.
pub const SLOW: Duration = Duration::from_millis(5);

/// How the agent behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum AgentIs {
    /// It takes every trace at once.
    Answering,
    /// It takes every trace, and answers after [`SLOW`].
    Slow,
    /// Nothing listens on its port.
    Absent,
    /// It accepts connections and never answers.
    Hanging,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            event: PathBuf::new(),
            warmup: 100,
            invocations: 250,
            agent: AgentIs::Answering,
            dump: None,
            settle: Duration::ZERO,
            environment: Vec::new(),
            command: Vec::new(),
        };
        while let Some(name) = arguments.next() {
            if name == "--" {
                options.command = arguments.by_ref().collect();
                break;
            }
            let value = arguments
                .next()
                .ok_or_else(|| format!("{name} has no value"))?;
            options.set(&name, value)?;
        }
        if options.command.is_empty() || options.event.as_os_str().is_empty() {
            return Err("no function; write --event FILE [options] -- FUNCTION".to_owned());
        }
        Ok(options)
    }

    fn set(&mut self, name: &str, value: String) -> Result<(), String> {
        match name {
            "--event" => self.event = value.into(),
            "--warmup" => self.warmup = number(name, &value)?,
            "--invocations" => self.invocations = number(name, &value)?,
            "--settle-ms" => self.settle = Duration::from_millis(number(name, &value)?),
            "--agent" => self.agent = AgentIs::parse(&value)?,
            "--dump" => self.dump = Some(value.into()),
            "--env" => {
                let (key, value) = value
                    .split_once('=')
                    .ok_or_else(|| format!("--env is `{value}`; write KEY=VALUE"))?;
                self.environment.push((key.to_owned(), value.to_owned()));
            }
            _ => return Err(format!("{name} isn't an option")),
        }
        Ok(())
    }
}

impl AgentIs {
    fn parse(word: &str) -> Result<Self, String> {
        match word {
            "answers" => Ok(Self::Answering),
            "slow" => Ok(Self::Slow),
            "absent" => Ok(Self::Absent),
            "hangs" => Ok(Self::Hanging),
            _ => Err(format!(
                "--agent is `{word}`; write answers, slow, absent or hangs"
            )),
        }
    }
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value
        .parse()
        .map_err(|_| format!("{name} is `{value}`; write a number"))
}
