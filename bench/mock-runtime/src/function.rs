//! The function's process, and what the kernel says of it.

use std::fs;
use std::io;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::options::Options;

pub struct Function {
    process: Child,
    /// When it was asked for.
    pub started: Instant,
}

/// What the process has taken, by `/proc/<pid>/status`.
#[derive(Clone, Copy, Default)]
pub struct Memory {
    /// The most it ever had, in KiB.
    pub peak_kib: u64,
    pub threads: u64,
}

impl Function {
    /// Starts it with the environment that Lambda gives, and nothing else.
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

    /// All zero where the process is gone.
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
            threads: number("Threads:"),
        }
    }

    /// Asks it to end, and ends it where it doesn't: callgrind writes its counts in between.
    ///
    /// Not by SIGTERM, which a traced function leaves to whoever handles it: valgrind seems to.
    pub fn stop(&mut self) {
        let id = self.process.id().to_string();
        let asked = Command::new("kill").args(["-s", "INT", &id]).status();
        let deadline = Instant::now() + Duration::from_secs(10);
        while asked.is_ok() && !self.has_exited() && Instant::now() < deadline {
            sleep(Duration::from_millis(2));
        }
        // It may have gone by itself, and then there is nothing to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
