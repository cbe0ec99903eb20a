//! The functions under `cargo lambda watch`, as a developer runs them.

use std::process::Command;
use std::time::Duration;

use emulator::{Agent, Span};
use serde_json::{Value, json};
use tests_support::{LIMIT, Peer, installed, workspace};

/// Long enough for `cargo lambda` to build the functions for the first time.
const BUILD_LIMIT: Duration = Duration::from_secs(300);

const TRACE_ID: u64 = 11;

fn carrier() -> Value {
    json!({"x-datadog-trace-id": TRACE_ID.to_string(), "x-datadog-parent-id": "12"})
}

fn events() -> [(&'static str, Value); 4] {
    let order = json!({"orderId": "o-1", "amount": 42, "_datadog": carrier()});
    [
        (
            "checkout",
            json!({"headers": carrier(), "body": r#"{"orderId":"o-1","amount":42}"#}),
        ),
        ("fulfil", json!({"Records": [{"body": order.to_string()}]})),
        ("notify", order.clone()),
        ("ship", order),
    ]
}

#[tokio::test]
#[ignore = "needs cargo-lambda: .ci/peers"]
async fn each_function_answers_and_sends_its_spans_under_cargo_lambda_watch() {
    let agent = Agent::start().await.unwrap();
    let tell = |command: &mut Command, port: u16| {
        command
            .args(["lambda", "watch", "--ignore-changes", "-p", "examples"])
            .args(["-A", "127.0.0.1", "-P", &port.to_string()])
            .current_dir(workspace())
            // Cargo needs them to find its registry and its settings.
            .envs(std::env::vars_os())
            .env("DD_TRACE_AGENT_URL", agent.url());
    };
    let mut watch = Peer::spawn(installed("cargo-lambda"), tell);
    for (function, event) in events() {
        let url = watch.url(&format!("/2015-03-31/functions/{function}/invocations"));
        let request = reqwest::Client::new().post(url).body(event.to_string());
        watch.answer(BUILD_LIMIT, &request).await;
        let is_root = |span: &Span| {
            span.name == "aws.lambda" && span.service == function && span.trace_id == TRACE_ID
        };
        let sent = agent
            .wait_for(|spans| spans.iter().any(is_root), LIMIT)
            .await;
        sent.unwrap_or_else(|error| panic!("{function}: {error}"));
    }
}
