//! The functions under `cargo lambda watch`, as a developer runs them.

use emulator::Agent;
use serde_json::{Value, json};

use crate::peer;

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
    let port = peer::free_port().to_string();
    let agent = Agent::start().await.unwrap();
    let mut watch = peer::command("cargo-lambda")
        .args(["lambda", "watch", "--ignore-changes"])
        .args(["-A", "127.0.0.1", "-P", &port, "-p", "examples"])
        .env("DD_TRACE_AGENT_URL", agent.url())
        .spawn()
        .unwrap();
    for (function, event) in events() {
        let url = format!("http://127.0.0.1:{port}/2015-03-31/functions/{function}/invocations");
        let request = reqwest::Client::new().post(url).body(event.to_string());
        peer::answer(request, &mut watch).await;
        let is_root = |span: &emulator::Span| {
            span.name == "aws.lambda" && span.service == function && span.trace_id == TRACE_ID
        };
        let limit = std::time::Duration::from_secs(20);
        let sent = agent
            .wait_for(|spans| spans.iter().any(is_root), limit)
            .await;
        sent.unwrap_or_else(|error| panic!("{function}: {error}"));
    }
    peer::stop(watch).await;
}
