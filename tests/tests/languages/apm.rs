//! Datadog's APM test agent, as a process.

use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::hop::{LIMIT, peers};

pub(crate) struct TestAgent {
    port: u16,
    _process: Child,
}

impl TestAgent {
    pub(crate) async fn start() -> Self {
        let port = free_port().await;
        let program = peers().join("bin/ddapm-test-agent");
        assert!(program.exists(), "it is missing; run `.ci/peers`");
        let process = Command::new(program)
            .args(["--port", &port.to_string()])
            .args(["--otlp-http-port", &free_port().await.to_string()])
            .args(["--otlp-grpc-port", &free_port().await.to_string()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let agent = Self {
            port,
            _process: process,
        };
        let up = async {
            while agent.get("/info").await.is_none() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(LIMIT, up).await.expect("no agent");
        agent
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The `aws.lambda` span of each of the `services`, once all are there.
    pub(crate) async fn functions(&self, services: &[&str]) -> Vec<Value> {
        let all = async {
            loop {
                let spans = self.spans().await;
                let function = |service: &&str| {
                    let is = |span: &&Value| {
                        span["name"] == "aws.lambda" && span["service"] == **service
                    };
                    spans.iter().find(is).cloned()
                };
                if let Some(found) = services.iter().map(function).collect() {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        tokio::time::timeout(LIMIT, all)
            .await
            .expect("a function sent no span")
    }

    /// Forgets what it has got.
    pub(crate) async fn clear(&self) {
        self.get("/test/session/clear").await.unwrap();
    }

    async fn spans(&self) -> Vec<Value> {
        let traces = self.get("/test/session/traces").await.unwrap();
        let traces: Vec<Vec<Value>> = serde_json::from_str(&traces).unwrap();
        traces.into_iter().flatten().collect()
    }

    /// The body of a successful answer.
    async fn get(&self, path: &str) -> Option<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.ok()?;
        let request = format!("GET {path} HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n");
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        head.split(' ').nth(1).filter(|status| *status == "200")?;
        Some(body.to_owned())
    }
}

/// A port that was free a moment ago.
async fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    listener.local_addr().unwrap().port()
}
