//! Datadog's APM test agent receives the functions' spans and checks them.

use std::collections::HashSet;

use emulator::Span;
use tests_support::{TestAgent, within_limit};
use tokio::process::Command;

#[tokio::test]
#[ignore = "needs the APM test agent: .ci/peers"]
async fn the_pipeline_s_spans_are_one_trace_in_the_apm_test_agent() {
    let agent = TestAgent::start().await;
    let mut pipeline = Command::new(env!("CARGO_BIN_EXE_pipeline"));
    let pipeline = pipeline.args(["--agent", &agent.url()]).output();
    let pipeline = within_limit("the pipeline", pipeline).await.unwrap();
    assert!(pipeline.status.success(), "{pipeline:?}");

    let spans = agent.spans().await;
    // The spans of four functions, of their work and publishing, and of API Gateway and SQS.
    assert_eq!(spans.len(), 12, "{spans:#?}");
    let ids: HashSet<u128> = spans.iter().map(Span::trace_id_128).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    let upper = ids.iter().map(|id| id >> 64).max();
    assert_ne!(upper, Some(0), "{ids:?}");

    let known: HashSet<u64> = spans.iter().map(|span| span.span_id).collect();
    let roots: Vec<&Span> = spans
        .iter()
        .filter(|span| !known.contains(&span.parent_id))
        .collect();
    assert_eq!(roots.len(), 1, "{roots:#?}");
    assert_eq!(roots[0].name, "aws.httpapi");

    let functions: HashSet<&str> = spans
        .iter()
        .filter(|span| span.name == "aws.lambda" && span.span_type == "serverless")
        .map(|span| span.service.as_str())
        .collect();
    assert_eq!(
        functions,
        HashSet::from(["checkout", "fulfil", "notify", "ship"])
    );
    agent.assert_no_failures().await;
}
