//! Datadog's APM test agent as a process: it keeps the traces that it gets, and checks them.

use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::{Child, Command};

/// Far more than anything takes that works.
pub(crate) const LIMIT: Duration = Duration::from_secs(240);

/// The checks of requests and spans that it makes of everybody; two more need the tracer to tell its
/// environment. Beside them it refuses what is no v0.4 payload.
pub(crate) const CHECKS: [&str; 4] = [
    "trace_count_header",
    "meta_tracer_version_header",
    "trace_content_length",
    "meta_events_is_valid_json",
];

pub(crate) struct TestAgent {
    process: Child,
    pub(crate) url: String,
}

/// Where `.ci/peers` installs.
pub(crate) fn peers() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/peers")
}

impl TestAgent {
    pub(crate) async fn start() -> Self {
        let program = peers().join("bin/ddapm-test-agent");
        let port = free_port();
        let process = Command::new(&program)
            .args(["--port", &port.to_string()])
            .args(["--otlp-http-port", &free_port().to_string()])
            .args(["--otlp-grpc-port", &free_port().to_string()])
            // Else it forgets what its checks found.
            .env("DD_POOL_TRACE_CHECK_FAILURES", "true")
            // It writes what it is asked to freeze, which is nothing, where it is started.
            .current_dir(peers())
            .env("ENABLED_CHECKS", CHECKS.join(","))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|e| panic!("{}: {e}; run .ci/peers", program.display()));
        let mut agent = Self {
            process,
            url: format!("http://127.0.0.1:{port}"),
        };
        tokio::time::timeout(LIMIT, agent.wait_for_it())
            .await
            .expect("the test agent doesn't answer");
        agent
    }

    async fn wait_for_it(&mut self) {
        while reqwest::get(format!("{}/info", self.url)).await.is_err() {
            assert_eq!(self.process.try_wait().unwrap(), None, "it has ended");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Its answer, whatever the status.
    pub(crate) async fn get(&self, path: &str) -> String {
        let answer = reqwest::get(format!("{}{path}", self.url));
        let answer = tokio::time::timeout(LIMIT, answer).await.expect("it hangs");
        answer.unwrap().text().await.unwrap()
    }

    pub(crate) async fn stop(mut self) {
        self.process.kill().await.unwrap();
    }
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
