//! Datadog's APM test agent takes what the functions send, and checks it.

use std::collections::HashSet;

use serde_json::Value;
use tokio::process::{Child, Command};

use crate::peer;

/// The checks that the agent can make of our requests.
const CHECKS: &str = "trace_count_header,meta_tracer_version_header,trace_content_length";

async fn start(port: u16) -> Child {
    let mut agent = peer::command("ddapm-test-agent")
        .args(["--port", &port.to_string()])
        .args(["--otlp-http-port", &peer::free_port().to_string()])
        .args(["--otlp-grpc-port", &peer::free_port().to_string()])
        // Else it forgets what its checks found.
        .env("DD_POOL_TRACE_CHECK_FAILURES", "true")
        .env("ENABLED_CHECKS", CHECKS)
        .spawn()
        .unwrap();
    peer::answer(
        reqwest::Client::new().get(format!("http://127.0.0.1:{port}/info")),
        &mut agent,
    )
    .await;
    agent
}

#[tokio::test]
#[ignore = "needs the APM test agent: .ci/peers"]
async fn the_pipeline_s_spans_are_one_trace_in_the_apm_test_agent() {
    let port = peer::free_port();
    let url = format!("http://127.0.0.1:{port}");
    let mut agent = start(port).await;
    let pipeline = Command::new(env!("CARGO_BIN_EXE_pipeline"))
        .args(["--agent", &url])
        .output()
        .await
        .unwrap();
    assert!(pipeline.status.success(), "{pipeline:?}");

    let traces = reqwest::Client::new().get(format!("{url}/test/session/traces"));
    let traces: Vec<Vec<Value>> =
        serde_json::from_str(&peer::answer(traces, &mut agent).await).unwrap();
    let spans: Vec<&Value> = traces.iter().flatten().collect();
    // Of four functions, what they do and publish, and what API Gateway and SQS did.
    assert_eq!(spans.len(), 12, "{spans:#?}");

    let ids: HashSet<&Value> = spans.iter().map(|span| &span["trace_id"]).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let known: HashSet<&Value> = spans.iter().map(|span| &span["span_id"]).collect();
    let roots: Vec<_> = spans
        .iter()
        .filter(|span| !known.contains(&span["parent_id"]))
        .collect();
    assert_eq!(roots.len(), 1, "{roots:#?}");
    assert_eq!(roots[0]["name"], "aws.httpapi");

    let upper: HashSet<&str> = spans
        .iter()
        .filter_map(|span| span["meta"]["_dd.p.tid"].as_str())
        .collect();
    assert_eq!(upper.len(), 1, "{upper:?}");
    let functions: HashSet<&str> = spans
        .iter()
        .filter(|span| span["name"] == "aws.lambda" && span["type"] == "serverless")
        .filter_map(|span| span["service"].as_str())
        .collect();
    assert_eq!(
        functions,
        HashSet::from(["checkout", "fulfil", "notify", "ship"])
    );

    let failures = reqwest::Client::new().get(format!("{url}/test/trace_check/failures"));
    // With a check that failed, the status is 400.
    assert_eq!(peer::answer(failures, &mut agent).await, "200: OK");
    peer::stop(agent).await;
}
