//! The function as a process.

use std::env;
use std::fs;
use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use emulator::{Agent, RuntimeApi};
use tokio::process::{Child, Command};
use tokio::time::sleep;

pub struct Process(Child);

/// How long a frozen sandbox stands still. A real one does so for minutes.
const FREEZE: Duration = Duration::from_millis(50);

impl Process {
    pub fn start(api: &RuntimeApi, agent: &Agent, is_concurrent: bool) -> io::Result<Self> {
        let kind = if is_concurrent {
            "concurrent-function"
        } else {
            "function"
        };
        let child = Command::new(env::current_exe()?)
            .arg(kind)
            .env_clear()
            .envs(api.environment())
            .env("DD_TRACE_AGENT_URL", agent.url())
            .env("DD_COLD_START_TRACING", "false")
            // It would have a warning for each failed send.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        Ok(Self(child))
    }

    /// Stops the process for a while, as Lambda does between two invocations.
    pub async fn freeze(&self) -> io::Result<()> {
        self.signal("STOP").await?;
        sleep(FREEZE).await;
        self.signal("CONT").await
    }

    /// Ends the process as Lambda does.
    pub async fn terminate(mut self) -> io::Result<ExitStatus> {
        self.signal("TERM").await?;
        self.0.wait().await
    }

    /// The resident memory of the process, in KiB.
    pub fn memory(&self) -> io::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id()?))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let digits = line.and_then(|line| line.split_whitespace().next());
        digits
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| io::Error::other("/proc has no VmRSS"))
    }

    async fn signal(&self, name: &str) -> io::Result<()> {
        let id = self.id()?.to_string();
        let status = Command::new("kill").args(["-s", name, &id]).status();
        if status.await?.success() {
            Ok(())
        } else {
            Err(io::Error::other(format!("no SIG{name} for {id}")))
        }
    }

    fn id(&self) -> io::Result<u32> {
        let id = self.0.id();
        id.ok_or_else(|| io::Error::other("the function has ended"))
    }
}
