//! A function's process.

use std::io;
use std::path::Path;
use std::process::Stdio;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use super::output;

/// The variables that a function gets from the shell: nothing that changes its tracing.
const PASSED_ON: [&str; 3] = ["PATH", "RUST_BACKTRACE", "RUST_LOG"];

/// A running process whose output is passed on line by line; dropping it kills it.
pub(super) struct Process {
    child: Child,
    output: Vec<JoinHandle<()>>,
}

impl Process {
    /// Starts `executable` with `argument`; the argument is also the name before each line of output.
    pub(super) fn start(
        executable: &Path,
        argument: &'static str,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> io::Result<Self> {
        let inherited = PASSED_ON
            .iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?)));
        let mut child = Command::new(executable)
            .arg(argument)
            .env_clear()
            // The start is known to a hundredth of a second, which is longer than these functions take.
            .env("DD_COLD_START_TRACING", "false")
            .envs(inherited)
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut output = Vec::new();
        if let Some(stdout) = child.stdout.take() {
            output.push(tokio::spawn(pass_on(stdout, argument, output::line)));
        }
        if let Some(stderr) = child.stderr.take() {
            output.push(tokio::spawn(pass_on(stderr, argument, output::error_line)));
        }
        Ok(Self { child, output })
    }

    /// Waits until the process has ended by itself, and says how.
    pub(super) async fn ended(&mut self) -> String {
        match self.child.wait().await {
            Ok(status) => format!("its process ended ({status})"),
            Err(error) => format!("its process is lost ({error})"),
        }
    }

    /// Kills the process and waits until it is gone.
    pub(super) async fn kill(&mut self) {
        // Fails only if the process is gone.
        let _ = self.child.kill().await;
    }

    /// Kills the process and waits until it is gone and all its output is passed on.
    pub(super) async fn stop(mut self) {
        self.kill().await;
        for output in self.output {
            // A reader that panicked has nothing more to pass on.
            let _ = output.await;
        }
    }
}

async fn pass_on(from: impl AsyncRead + Unpin, name: &str, write: fn(&str)) {
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while let Ok(1..) = lines.read_until(b'\n', &mut line).await {
        let text = String::from_utf8_lossy(&line);
        write(&format!("[{name}] {}", text.trim_end()));
        line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_executable_that_is_missing_is_an_error() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let started =
            runtime.block_on(async { Process::start(Path::new("/no/such"), "checkout", []) });
        assert_eq!(
            started.err().map(|error| error.kind()),
            Some(io::ErrorKind::NotFound)
        );
    }

    #[tokio::test]
    async fn a_process_that_ends_says_how() {
        let mut process = Process::start(Path::new("/bin/sh"), "/no/such/script", []).unwrap();
        let how = process.ended().await;
        assert!(how.starts_with("its process ended (exit status: "), "{how}");
        process.stop().await;
    }
}
