//! A program that `.ci/peers` has installed, as a running server.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use reqwest::RequestBuilder;

use crate::{LIMIT, free_port, within};

/// Runs its arguments, and kills its process group when they end or its input ends. So everything that the server
/// starts ends with it, and both end with the test, even if the test is killed.
const TOGETHER: &str = r#"("$@"; kill -KILL 0) & cat; kill -KILL 0"#;

/// The time between two attempts while something isn't ready.
const PAUSE: Duration = Duration::from_millis(20);

/// A server that ends when this value is dropped.
#[derive(Debug)]
pub struct Peer {
    process: Child,
    /// Holds the working directory, the temporary files and the log.
    folder: PathBuf,
    port: u16,
}

impl Peer {
    /// Starts `program` for a free port. `tell` adds the arguments and variables that the program needs to listen
    /// there.
    pub fn spawn(program: impl AsRef<OsStr>, tell: impl FnOnce(&mut Command, u16)) -> Self {
        let port = free_port();
        let folder = workspace().join(format!("target/tmp/peer-{port}"));
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = command("sh");
        command
            .args(["-c", TOGETHER, "sh"])
            .arg(program)
            .current_dir(&folder)
            .env("TMPDIR", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("stderr")).unwrap())
            .process_group(0);
        tell(&mut command, port);
        Self {
            process: command.spawn().unwrap(),
            folder,
            port,
        }
    }

    /// Starts an installed program and waits until it answers a GET of `path`.
    pub async fn start(program: &str, path: &str, tell: impl FnOnce(&mut Command, u16)) -> Self {
        let mut peer = Self::spawn(installed(program), tell);
        let request = reqwest::Client::new().get(peer.url(path));
        peer.answer(LIMIT, &request).await;
        peer
    }

    /// Sends the request until it succeeds, and returns the body.
    pub async fn answer(&mut self, limit: Duration, request: &RequestBuilder) -> String {
        let ask = async || {
            let answer = request.try_clone()?.send().await.ok()?;
            answer.error_for_status().ok()?.text().await.ok()
        };
        self.ready(limit, ask).await
    }

    /// Asks until there is an answer. Panics if the program ends before.
    pub async fn ready<T>(&mut self, limit: Duration, ask: impl AsyncFn() -> Option<T>) -> T {
        let asking = async {
            loop {
                if let Some(it) = ask().await {
                    return it;
                }
                if let Some(status) = self.process.try_wait().unwrap() {
                    panic!("the program has ended, {status}; run `.ci/peers`");
                }
                tokio::time::sleep(PAUSE).await;
            }
        };
        within(limit, "the program", asking).await
    }

    /// The URL of `path` at this server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// The port that the program was started for.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The end of the program's log.
    fn log(&self) -> String {
        let log = std::fs::read(self.folder.join("stderr")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // Errors are ignored: this also runs while a test panics.
        drop(self.process.wait());
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// The root of the repository.
#[must_use]
pub fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where `.ci/peers` installs.
#[must_use]
pub fn peers() -> PathBuf {
    workspace().join("target/peers")
}

/// Where `.ci/peers` installs `program`.
#[must_use]
pub fn installed(program: &str) -> PathBuf {
    peers().join("bin").join(program)
}

/// `program`, with `PATH` as the only variable of this process's environment.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command
}
