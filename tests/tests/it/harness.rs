//! A function of `src/bin/function/` as a running process.

use std::process::{ExitStatus, Stdio};

use emulator::{Agent, Function, FunctionError, Invocation, Outcome, Span, Traces};
use serde_json::Value;
use tests_support::{FunctionProcess, within_limit};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{ChildStderr, Command};
use tokio::task::JoinHandle;

pub(crate) use tests_support::LIMIT;

/// The name of every function in the tests.
pub(crate) const NAME: &str = "Orders";

/// A process, and the servers it talks to.
pub(crate) struct Running {
    pub(crate) function: FunctionProcess,
    pub(crate) agent: Agent,
    log: JoinHandle<Vec<String>>,
}

impl Running {
    /// Starts the function `name`.
    pub(crate) async fn start(name: &str) -> Self {
        Self::with(name, &[]).await
    }

    /// Starts the function with more environment variables.
    pub(crate) async fn with(name: &str, variables: &[(&str, &str)]) -> Self {
        Self::with_agent(name, variables, Agent::start().await.unwrap()).await
    }

    pub(crate) async fn with_agent(name: &str, variables: &[(&str, &str)], agent: Agent) -> Self {
        Self::as_function(Function::new(NAME), name, variables, agent).await
    }

    pub(crate) async fn as_function(
        function: Function,
        name: &str,
        variables: &[(&str, &str)],
        agent: Agent,
    ) -> Self {
        let function = Function {
            timeout: LIMIT,
            ..function
        };
        let tell = |command: &mut Command| {
            command
                .arg(name)
                .env("DD_TRACE_AGENT_URL", agent.url())
                // That span has tests of its own.
                .env("DD_COLD_START_TRACING", "false")
                .envs(variables.iter().copied())
                .stderr(Stdio::piped());
        };
        let program = env!("CARGO_BIN_EXE_function");
        let mut function = FunctionProcess::start(function, program, tell).await;
        let log = tokio::spawn(read_log(function.process.stderr.take().unwrap()));
        Self {
            function,
            agent,
            log,
        }
    }

    /// Invokes the function, and waits until it asks for its next event.
    pub(crate) async fn invoke(&self, event: impl Into<Invocation>) -> Outcome {
        self.function.invoke(event).await
    }

    /// The response as JSON.
    pub(crate) async fn response(&self, event: impl Into<Invocation>) -> Value {
        self.function.response(event).await
    }

    /// The error that the function answers with.
    pub(crate) async fn error(&self, event: impl Into<Invocation>) -> FunctionError {
        match self.invoke(event).await {
            Outcome::Error(error) => error,
            other => panic!("expected an error, got {other:?}"),
        }
    }

    /// The `aws.lambda` spans that the agent has, in the order of arrival.
    pub(crate) fn roots(&self) -> Vec<Span> {
        let spans = self.agent.spans();
        spans
            .into_iter()
            .filter(|span| span.name == "aws.lambda")
            .collect()
    }

    /// The one `aws.lambda` span.
    pub(crate) fn root(&self) -> Span {
        let roots = self.roots();
        assert_eq!(roots.len(), 1, "{}", self.tree());
        roots[0].clone()
    }

    /// The spans that the agent has, as indented trees.
    pub(crate) fn tree(&self) -> String {
        Traces::from_spans(self.agent.spans()).to_tree()
    }

    /// Ends the process, and returns everything that it logged, line by line.
    pub(crate) async fn into_lines(mut self) -> Vec<String> {
        self.function.process.kill().await.unwrap();
        within_limit("the log", self.log).await.unwrap()
    }

    /// Ends the process, and returns the lines that this library logged, without level and module.
    pub(crate) async fn into_log(self) -> Vec<String> {
        let log = self.into_lines().await;
        let ours = |line: &String| {
            let (module, message) = line.split_once(": ")?;
            module
                .contains(" dd_trace_runtime")
                .then(|| message.to_owned())
        };
        log.iter().filter_map(ours).collect()
    }

    /// Sends the process a signal.
    pub(crate) async fn signal(&self, name: &str) {
        let id = self.function.process.id();
        let id = id.expect("the process has ended").to_string();
        let kill = Command::new("kill").args(["-s", name, &id]).status();
        assert!(kill.await.unwrap().success());
    }

    /// Limits the process's address space to so many bytes.
    pub(crate) async fn limit_memory(&self, bytes: usize) {
        let id = self.function.process.id().expect("the process has ended");
        let arguments = [format!("--pid={id}"), format!("--as={bytes}")];
        let limit = Command::new("prlimit").args(arguments).status();
        assert!(limit.await.unwrap().success());
    }

    /// Waits until the process has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        self.function.process.wait().await.unwrap()
    }

    /// Whether the process is still running.
    pub(crate) fn lives(&mut self) -> bool {
        self.function.process.try_wait().unwrap().is_none()
    }
}

/// How many bytes of a function's log are kept.
const LONGEST_LOG: u64 = 64 * 1024;

async fn read_log(stderr: ChildStderr) -> Vec<String> {
    let mut lines = BufReader::new(stderr.take(LONGEST_LOG)).lines();
    let mut log = Vec::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        eprintln!("{line}");
        log.push(line);
    }
    log
}
