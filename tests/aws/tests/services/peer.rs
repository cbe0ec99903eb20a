//! A program that `.ci/peers` has installed, as a running server.

use std::ffi::OsStr;
use std::fs::File;
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Far more than anything takes that works.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);

/// Runs its arguments, and ends its process group with them or with its input, whichever is first: what a server
/// has started ends with it, and both with the test, even where that is killed.
const TOGETHER: &str = r#"("$@"; kill -KILL 0) & cat; kill -KILL 0"#;

/// A server that ends with this value.
#[derive(Debug)]
pub(crate) struct Peer {
    process: Child,
    /// Where it writes.
    folder: PathBuf,
    pub(crate) port: u16,
}

impl Peer {
    /// Starts `program` on a free port, which `tell` tells it, and waits until it answers to a GET of `path`.
    pub(crate) async fn start(
        program: &str,
        path: &str,
        tell: impl FnOnce(&mut Command, u16),
    ) -> Self {
        let port = free_port();
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("services-{port}"));
        std::fs::create_dir_all(&folder).unwrap();
        let mut command = command("sh");
        command
            .args(["-c", TOGETHER, "sh"])
            .arg(installed(program))
            .current_dir(&folder)
            .env("TMPDIR", &folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(folder.join("stderr")).unwrap())
            .process_group(0);
        tell(&mut command, port);
        let mut peer = Self {
            process: command.spawn().unwrap(),
            folder,
            port,
        };
        within_limit(program, peer.until_it_answers(path)).await;
        peer
    }

    async fn until_it_answers(&mut self, path: &str) {
        let url = self.url(path);
        let answers = async || reqwest::get(&url).await?.error_for_status();
        while answers().await.is_err() {
            if let Some(status) = self.process.try_wait().unwrap() {
                panic!("it has ended, {status}; run `.ci/peers`");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// The end of what it has logged.
    fn log(&self) -> String {
        let log = std::fs::read(self.folder.join("stderr")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // What fails here is left to whoever looks at the machine: this also runs while a test panics.
        drop(self.process.wait());
        if std::thread::panicking() {
            eprintln!("{}", self.log());
        }
        drop(std::fs::remove_dir_all(&self.folder));
    }
}

/// Where `.ci/peers` has installed `program`.
pub(crate) fn installed(program: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    workspace.join("target/peers/bin").join(program)
}

/// `program` without this process's environment.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap());
    command
}

/// What a future gives; fails with `what` where it takes too long.
pub(crate) async fn within_limit<T>(what: &str, future: impl Future<Output = T>) -> T {
    let within = tokio::time::timeout(LIMIT, future).await;
    within.unwrap_or_else(|_| panic!("{what}: it took longer than {LIMIT:?}"))
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
