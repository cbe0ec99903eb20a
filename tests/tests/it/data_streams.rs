//! Data Streams Monitoring, from the event to the agent.

use emulator::{PathwayStats, PipelineStats};
use serde_json::{Value, json};

use crate::harness::Running;

const ON: (&str, &str) = ("DD_DATA_STREAMS_ENABLED", "true");
const SETTINGS: [(&str, &str); 3] = [ON, ("DD_SERVICE", "orders"), ("DD_ENV", "prod")];

/// A message in the queue `orders`, two steps behind its producer.
fn message() -> Value {
    let carrier = json!({
        "x-datadog-trace-id": "1",
        "x-datadog-parent-id": "2",
        "dd-pathway-ctx-base64": "7yRDBs2owNX2oav++WL8yqv++WI=",
    });
    json!({"Records": [{
        "messageId": "1",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders",
        "body": "order 7",
        "messageAttributes": {"_datadog": {"dataType": "String", "stringValue": carrier.to_string()}},
    }]})
}

/// The tags of each pathway, with its hash and its parent's, sorted.
fn pathways(stats: &PipelineStats) -> Vec<(String, u64, u64)> {
    let pathways = stats.stats.iter().flat_map(|bucket| &bucket.stats);
    let row = |it: &PathwayStats| (it.edge_tags.join(","), it.hash, it.parent_hash);
    let mut rows: Vec<_> = pathways.map(row).collect();
    rows.sort();
    rows
}

#[tokio::test]
async fn messages_in_and_out_are_counted_and_the_counts_sent_with_the_spans() {
    let running = Running::with("pathway", &SETTINGS).await;
    let headers = running.response(message()).await;
    assert!(headers["dd-pathway-ctx-base64"].is_string(), "{headers}");

    let stats = running.agent.pipeline_stats();
    assert_eq!(stats.len(), 1);
    assert_eq!(
        (stats[0].service.as_str(), stats[0].env.as_deref()),
        ("orders", Some("prod"))
    );
    let rows = pathways(&stats[0]);
    let (consumed, produced) = (&rows[0], &rows[1]);
    assert_eq!(
        consumed.0,
        "direction:in,topic:arn:aws:sqs:eu-west-1:123456789012:orders,type:sqs"
    );
    assert_eq!(consumed.2, 15_402_496_324_133_922_031, "the producer's");
    assert_eq!(
        produced.0,
        "direction:out,manual_checkpoint:true,topic:orders,type:kafka"
    );
    assert_eq!(
        produced.2, consumed.1,
        "its parent is the pathway that came in"
    );
    assert_eq!(running.roots().len(), 1);
}

#[tokio::test]
async fn each_invocation_sends_what_it_counted() {
    let running = Running::with("order", &SETTINGS).await;
    for _ in 0..3 {
        running.invoke(message()).await;
    }
    assert_eq!(running.agent.pipeline_stats().len(), 3);
    let stats: Vec<_> = running
        .agent
        .requests()
        .into_iter()
        .filter(|it| it.pipeline_stats.is_some())
        .collect();
    assert!(
        stats
            .iter()
            .all(|request| request.connection == stats[0].connection)
    );
    assert_eq!(stats[0].headers["content-encoding"], "gzip");
}

#[tokio::test]
async fn without_the_variable_nothing_is_counted() {
    for variables in [
        &[][..],
        &[("DD_DATA_STREAMS_ENABLED", "false")],
        &[ON, ("DD_TRACE_ENABLED", "false")],
    ] {
        let running = Running::with("pathway", variables).await;
        let headers = running.response(message()).await;
        assert!(headers["dd-pathway-ctx-base64"].is_null(), "{headers}");
        let mut requests = running.agent.requests().into_iter();
        assert!(requests.all(|request| request.path == "/v0.4/traces"));
    }
}
