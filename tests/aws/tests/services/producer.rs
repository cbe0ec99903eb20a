//! The host that makes a call inside a trace.

use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::language::{Language, PYTHON};
use crate::stage::Stage;
use tests_support::{command, installed, within_limit};

impl Stage {
    /// Runs a producer until it has made the call and sent its spans.
    pub(crate) async fn produce(&self, producer: Language, call: &str, target: &str) {
        self.produce_at(&self.aws.url(), producer, call, target)
            .await;
    }

    /// As [`produce`](Self::produce), with another stand-in for AWS.
    pub(crate) async fn produce_at(&self, aws: &str, producer: Language, call: &str, target: &str) {
        let command = match producer {
            Language::Rust => command(env!("CARGO_BIN_EXE_producer")),
            Language::Python => python(),
        };
        let mut command = Command::from(command);
        command
            .args([call, target])
            .env("AWS_ENDPOINT_URL", aws)
            .env("DD_SERVICE", "shop")
            .env("DD_TRACE_AGENT_URL", self.agent.url())
            // The key, which PutItem doesn't name, in the variable that both tracers read.
            .env(
                "DD_BOTOCORE_DYNAMODB_TABLE_PRIMARY_KEYS",
                r#"{"orders": ["tenant", "id"]}"#,
            )
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = within_limit("the producer", command.output()).await;
        let output = output.unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{call} {target}: {said}");
    }
}

/// `producer.py`, which does the same as `src/bin/producer`.
fn python() -> std::process::Command {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/producer.py");
    let mut command = command(installed("python"));
    command.arg(script).envs(PYTHON);
    command
}
