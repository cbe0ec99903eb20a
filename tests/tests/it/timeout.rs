//! An invocation whose time runs out leaves its span; one that ends in time leaves its real span.

use std::time::Duration;

use emulator::{Invocation, Outcome, Span};
use serde_json::json;

use crate::harness::{LIMIT, Running};

const FUNCTION: &str = "takes-to-the-end";
const VARIABLE: &str = "DD_APM_FLUSH_DEADLINE_MILLISECONDS";

fn taking(ms: u64, timeout: Duration) -> Invocation {
    Invocation {
        timeout: Some(timeout),
        ..Invocation::new(json!({ "ms": ms }).to_string())
    }
}

fn resources(spans: &[Span]) -> Vec<&str> {
    spans.iter().map(|span| span.resource.as_str()).collect()
}

#[tokio::test]
async fn a_function_that_is_killed_at_its_deadline_has_sent_its_span_and_those_that_were_open() {
    // The last moment is a fifth of a second: this machine may be busy.
    let running = Running::with(FUNCTION, &[(VARIABLE, "1000")]).await;
    let limit = Duration::from_secs(2);
    let outcome = running.function.api.invoke(taking(60_000, limit)).await;
    assert_eq!(outcome, Outcome::Timeout { limit });
    let root = running.root();
    assert_eq!(root.error, 1);
    assert_eq!(root.meta["error.type"], "Impending Timeout");
    assert_eq!(
        root.meta["error.message"],
        "Datadog detected an Impending Timeout"
    );
    let spans = running.agent.spans();
    assert_eq!(
        resources(&spans),
        ["done early", "Orders", "open to the end"]
    );
    for span in [&spans[0], &spans[2]] {
        assert_eq!(
            (span.trace_id, span.parent_id),
            (root.trace_id, root.span_id)
        );
    }
    assert_eq!(spans[0].error, 0);
    assert_eq!(spans[2].error, 1);
    assert_eq!(spans[2].meta["error.type"], "Impending Timeout");
    let end = |span: &Span| span.start + span.duration;
    assert!(end(&spans[2]) <= end(&root));
    let deadline = running.function.api.timings()[0].handed_out.unwrap() + limit;
    assert!(
        running
            .agent
            .requests()
            .iter()
            .all(|request| request.arrived < deadline)
    );
}

#[tokio::test]
async fn a_function_that_ends_shortly_before_its_deadline_leaves_one_span_with_its_real_outcome() {
    // A tenth of a second after the start counts as shortly before the deadline; the last moment is seconds away.
    let margin = LIMIT
        .saturating_sub(Duration::from_millis(100))
        .as_millis()
        .to_string();
    let running = Running::with(FUNCTION, &[(VARIABLE, &margin)]).await;
    let outcome = running.invoke(taking(400, LIMIT)).await;
    assert_eq!(outcome, Outcome::Response("null".into()));
    let root = running.root();
    assert_eq!((root.error, root.meta.get("error.type")), (0, None));
    assert!(root.duration >= 400_000_000, "{}", root.duration);
    let requests = running.agent.requests();
    let sent: Vec<_> = requests
        .iter()
        .map(|request| request.traces.clone().unwrap())
        .collect();
    assert_eq!(resources(&sent[0][0]), ["done early"], "sent early");
    assert_eq!(resources(&sent[1][0]), ["Orders", "open to the end"]);
}

#[tokio::test]
async fn a_function_that_ends_at_the_last_moment_leaves_exactly_one_span() {
    let running = Running::with(FUNCTION, &[(VARIABLE, "500")]).await;
    for ms in [380, 395, 400, 405, 420] {
        let timeout = Duration::from_millis(500);
        running.function.api.invoke(taking(ms, timeout)).await;
    }
    // This one sends the last spans of the others.
    running.invoke(taking(0, LIMIT)).await;
    let mut ids: Vec<u64> = running.roots().iter().map(|root| root.span_id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "{}", running.tree());
    assert_eq!(running.roots().len(), 6, "{}", running.tree());
    let spans = running.agent.spans();
    let open = spans
        .iter()
        .filter(|span| span.resource == "open to the end");
    assert_eq!(open.count(), 6, "{}", running.tree());
}

#[tokio::test]
async fn an_extractor_that_hangs_leaves_the_time_to_report_the_timeout() {
    let variables = [
        (VARIABLE, "1000"),
        ("DD_TRACE_EXTRACTOR_TIMEOUT_MILLISECONDS", "60000"),
    ];
    let running = Running::with("extracted", &variables).await;
    let limit = Duration::from_secs(2);
    let event = json!({
        "extractor": "never ends",
        "handler": "never ends",
        "headers": { "x-datadog-trace-id": "11", "x-datadog-parent-id": "12" },
    });
    let invocation = Invocation {
        timeout: Some(limit),
        ..Invocation::new(event.to_string())
    };
    let outcome = running.function.api.invoke(invocation).await;
    assert_eq!(outcome, Outcome::Timeout { limit });
    let root = running.root();
    assert_eq!((root.trace_id, root.parent_id), (11, 12));
    assert_eq!(root.meta["error.type"], "Impending Timeout");
}

#[tokio::test]
async fn a_margin_of_zero_switches_the_early_end_off() {
    let running = Running::with(FUNCTION, &[(VARIABLE, "0")]).await;
    let limit = Duration::from_millis(400);
    let outcome = running.function.api.invoke(taking(60_000, limit)).await;
    assert_eq!(outcome, Outcome::Timeout { limit });
    assert!(running.agent.requests().is_empty());
}

#[tokio::test]
async fn a_handler_that_an_outer_layer_gives_up_on_is_cancelled() {
    for name in ["takes-too-long", "takes-too-long-without-layer"] {
        let running = Running::start(name).await;
        assert_eq!(running.response(json!({})).await, "late", "{name}");
        // Without our layer the span is sent beside the response.
        let spans = running.agent.wait_for(|spans| !spans.is_empty(), LIMIT);
        let root = &spans.await.unwrap()[0];
        assert_eq!(root.name, "aws.lambda", "{name}");
        assert_eq!(root.meta["error.type"], "Cancelled", "{name}");
    }
}
