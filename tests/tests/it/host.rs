//! A process that isn't a Lambda function.

use std::process::Output;

use emulator::Agent;
use serde_json::Value;
use tokio::process::Command;

/// Runs a host to its end.
async fn host(agent: &Agent, name: &str, value: &str) -> Output {
    let host = Command::new(env!("CARGO_BIN_EXE_host"))
        .env_clear()
        .env("DD_TRACE_AGENT_URL", agent.url())
        .env(name, value)
        .output();
    host.await.unwrap()
}

#[tokio::test]
async fn a_host_s_active_span_is_in_its_headers_and_at_the_agent() {
    let agent = Agent::start().await.unwrap();
    let output = host(&agent, "DD_SERVICE", "shop").await;
    assert!(output.status.success(), "{output:?}");
    let headers: Value = serde_json::from_slice(&output.stdout).unwrap();

    let spans = agent.spans();
    let [span] = &spans[..] else {
        panic!("{spans:#?}")
    };
    assert_eq!(
        (span.service.as_str(), span.resource.as_str()),
        ("shop", "publish")
    );
    assert_eq!(headers["x-datadog-trace-id"], span.trace_id.to_string());
    assert_eq!(headers["x-datadog-parent-id"], span.span_id.to_string());
    assert_eq!(headers["x-datadog-sampling-priority"], "1");
    let tags = headers["x-datadog-tags"].as_str().unwrap();
    assert!(
        tags.contains(&format!("_dd.p.tid={:016x}", span.trace_id_high)),
        "{tags}"
    );
    assert!(tags.contains("_dd.p.dm=-0"), "{tags}");
    assert!(!span.meta.contains_key("_dd.origin"), "{:#?}", span.meta);
}

#[tokio::test]
async fn tracing_that_is_switched_off_is_off_on_a_host_too() {
    let agent = Agent::start().await.unwrap();
    let output = host(&agent, "DD_TRACE_ENABLED", "false").await;
    assert_eq!(output.stdout, b"{}\n", "{output:?}");
    assert!(agent.requests().is_empty());
}
