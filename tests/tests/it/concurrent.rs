//! Many invocations at a time in one process.

use std::collections::BTreeSet;

use emulator::{Agent, Function, Invocation, Outcome};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{LIMIT, NAME, Running};

const TOGETHER: u32 = 100;

/// An event whose id, trace and tag come from one number.
fn event(id: u32) -> Value {
    json!({
        "id": id,
        "together": TOGETHER,
        "headers": {
            "x-datadog-trace-id": (1_000 + id).to_string(),
            "x-datadog-parent-id": (2_000 + id).to_string(),
            "x-datadog-sampling-priority": "1",
            "x-datadog-tags": format!("_dd.p.usr={id}"),
        }
    })
}

#[tokio::test]
async fn a_hundred_invocations_at_once_mix_no_context_no_tag_and_no_span() {
    let function = Function {
        concurrency: TOGETHER,
        ..Function::new(NAME)
    };
    let agent = Agent::start().await.unwrap();
    // On a busy machine a send may take long.
    let time_box = [("DD_TRACE_AGENT_TIMEOUT_SECONDS", "10")];
    let running = Running::as_function(function, "takes-for-others", &time_box, agent).await;
    let api = std::sync::Arc::new(running.function.api);
    let mut calls = JoinSet::new();
    for id in 0..TOGETHER {
        let api = std::sync::Arc::clone(&api);
        calls.spawn(async move { (id, api.invoke(Invocation::new(event(id).to_string())).await) });
    }
    let outcomes = tokio::time::timeout(LIMIT, calls.join_all()).await.unwrap();
    tokio::time::timeout(LIMIT, api.idle()).await.unwrap();

    let spans = running.agent.spans();
    assert_eq!(spans.len(), 2 * TOGETHER as usize);
    let mut requests = BTreeSet::new();
    for (id, outcome) in outcomes {
        let Outcome::Response(body) = outcome else {
            panic!("{id}: {outcome:?}");
        };
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["id"], id.to_string());
        let trace = u64::from(1_000 + id);
        let of_trace: Vec<_> = spans.iter().filter(|span| span.trace_id == trace).collect();
        let root = of_trace
            .iter()
            .find(|span| span.name == "aws.lambda")
            .unwrap();
        let work = of_trace
            .iter()
            .find(|span| span.name != "aws.lambda")
            .unwrap();
        assert_eq!(of_trace.len(), 2, "{id}");
        assert_eq!(root.parent_id, u64::from(2_000 + id));
        assert_eq!(root.meta["_dd.p.usr"], id.to_string());
        assert_eq!(
            (work.parent_id, &*work.resource),
            (root.span_id, &*format!("work {id}"))
        );
        assert_eq!(work.meta["id"], id.to_string());
        let headers = &body["headers"];
        assert_eq!(headers["x-datadog-trace-id"], trace.to_string());
        assert_eq!(headers["x-datadog-parent-id"], root.span_id.to_string());
        assert!(
            headers["x-datadog-tags"]
                .as_str()
                .unwrap()
                .contains(&format!("_dd.p.usr={id}"))
        );
        requests.insert(root.meta["request_id"].clone());
    }
    let timings = api.timings().into_iter().map(|timings| timings.request_id);
    assert_eq!(requests, timings.collect());
}
