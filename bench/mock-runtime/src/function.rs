//! The function's process, and the kernel's numbers about it.

use std::fs;
use std::io;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::options::Options;

pub struct Function {
    process: Child,
    /// When the process was started.
    pub started: Instant,
}

/// The memory of the process, from `/proc/<pid>/status`.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    /// The peak, in KiB.
    pub peak_kib: u64,
    /// What the process has written to, in KiB: the rest are pages of files, mostly of its own binary.
    pub written_kib: u64,
    pub threads: u64,
}

impl Function {
    /// Starts the process with only the variables that Lambda sets.
    pub fn start(options: &Options, api_port: u16, agent_port: u16) -> io::Result<Self> {
        let mut command = Command::new(&options.command[0]);
        command
            .args(&options.command[1..])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("AWS_LAMBDA_FUNCTION_NAME", "bench")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512")
            .env("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/bench")
            .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
            .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{api_port}"))
            .env("AWS_REGION", "us-east-1")
            .env("DD_SERVICE", "bench")
            .env("DD_ENV", "bench")
            .env("DD_VERSION", "1")
            .env(
                "DD_TRACE_AGENT_URL",
                format!("http://127.0.0.1:{agent_port}"),
            )
            .envs(options.environment.iter().map(|(key, value)| (key, value)))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let started = Instant::now();
        let process = command.spawn()?;
        Ok(Self { process, started })
    }

    pub fn has_exited(&mut self) -> bool {
        !matches!(self.process.try_wait(), Ok(None))
    }

    /// All zero if the process has ended.
    pub fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.unwrap_or_default();
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next()?.parse().ok());
            number.unwrap_or_default()
        };
        Memory {
            peak_kib: number("VmHWM:"),
            written_kib: number("RssAnon:"),
            threads: number("Threads:"),
        }
    }

    /// Interrupts the process, and kills it if it doesn't end in time. In between callgrind writes its counts.
    ///
    /// SIGTERM won't do: a traced function leaves that signal to another handler, and valgrind seems to have one.
    pub fn stop(&mut self) {
        let id = self.process.id().to_string();
        let asked = Command::new("kill").args(["-s", "INT", &id]).status();
        let deadline = Instant::now() + Duration::from_secs(10);
        while asked.is_ok() && !self.has_exited() && Instant::now() < deadline {
            sleep(Duration::from_millis(2));
        }
        // The process may have ended by itself: then this fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
