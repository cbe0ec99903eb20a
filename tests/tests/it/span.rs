//! The `aws.lambda` span.

use emulator::{Agent, Function, Span};
use serde_json::json;

use crate::harness::{NAME, Running};

fn meta<'a>(span: &'a Span, key: &str) -> &'a str {
    span.meta.get(key).map_or("(none)", String::as_str)
}

#[tokio::test]
async fn the_root_has_the_name_service_resource_and_type_of_a_function() {
    let running = Running::start("order").await;
    running.response(json!({"orderId": "1"})).await;
    let root = running.root();
    assert_eq!(
        [&root.name, &root.service, &root.resource, &root.span_type],
        ["aws.lambda", NAME, NAME, "serverless"]
    );
    assert_eq!((root.parent_id, root.error), (0, 0));
}

#[tokio::test]
async fn the_root_has_the_tags_of_datadog_s_libraries() {
    let running = Running::with("order", &[("DD_ENV", "test"), ("DD_VERSION", "7")]).await;
    running.response(json!({"orderId": "1"})).await;
    let root = running.root();
    let request_id = running.function.api.timings()[0].request_id.clone();
    let version = env!("CARGO_PKG_VERSION");
    for (key, value) in [
        ("span.kind", "server"),
        ("cold_start", "true"),
        (
            "function_arn",
            "arn:aws:lambda:us-east-1:123456789012:function:orders",
        ),
        ("function_version", "$LATEST"),
        ("request_id", &request_id),
        ("resource_names", NAME),
        ("functionname", "orders"),
        ("datadog_lambda", version),
        ("dd_trace", version),
        ("_dd.origin", "lambda"),
        ("language", "rust"),
        ("env", "test"),
        ("version", "7"),
        ("_dd.p.dm", "-0"),
        ("proactive_initialization", "(none)"),
        ("_dd.parent_source", "(none)"),
        ("error.type", "(none)"),
    ] {
        assert_eq!(meta(&root, key), value, "{key}: {:#?}", root.meta);
    }
    assert_eq!(meta(&root, "_dd.p.tid").len(), 16);
    assert_eq!(meta(&root, "runtime-id").len(), 36);
    assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), "1");
    assert_eq!(root.metrics["_dd.top_level"].to_string(), "1");
}

#[tokio::test]
async fn a_child_span_is_below_the_root_and_only_the_root_is_top_level() {
    let running = Running::start("order").await;
    running.response(json!({"orderId": "1"})).await;
    let spans = running.agent.spans();
    let root = running.root();
    let child = spans
        .iter()
        .find(|span| span.resource == "place")
        .expect("no child span");
    assert_eq!(child.parent_id, root.span_id);
    assert_eq!(child.trace_id, root.trace_id);
    assert_eq!(meta(child, "_dd.origin"), "lambda");
    assert!(!child.metrics.contains_key("_dd.top_level"));
    assert_eq!(running.agent.traces().len(), 1, "one chunk");
}

#[tokio::test]
async fn only_the_first_invocation_is_a_cold_start() {
    let running = Running::start("order").await;
    for _ in 0..3 {
        running.response(json!({"orderId": "1"})).await;
    }
    let cold: Vec<_> = running
        .roots()
        .iter()
        .map(|root| meta(root, "cold_start").to_owned())
        .collect();
    assert_eq!(cold, ["true", "false", "false"]);
}

#[tokio::test]
async fn dd_service_names_the_service_and_a_flag_switches_the_function_s_name_off() {
    for (variable, value, service) in [
        ("DD_SERVICE", "shop", "shop"),
        (
            "DD_TRACE_AWS_SERVICE_REPRESENTATION_ENABLED",
            "false",
            "aws.lambda",
        ),
    ] {
        let running = Running::with("order", &[(variable, value)]).await;
        running.response(json!({"orderId": "1"})).await;
        assert_eq!(running.root().service, service, "{variable}");
    }
}

#[tokio::test]
async fn a_returned_error_is_on_the_span_with_type_message_and_sources() {
    let running = Running::start("typed-error").await;
    running.error(json!({"orderId": "x"})).await;
    let root = running.root();
    assert_eq!((root.error, root.resource.as_str()), (1, "orders"));
    assert_eq!(meta(&root, "error.type"), "OrderError");
    assert_eq!(meta(&root, "error.message"), "no stock");
    assert_eq!(
        meta(&root, "error.stack"),
        "no stock\ncaused by: invalid digit found in string"
    );
}

#[tokio::test]
async fn a_panic_is_on_the_span() {
    let running = Running::start("order").await;
    running.error(json!({"orderId": "panic"})).await;
    let root = running.root();
    assert_eq!(root.error, 1);
    assert_eq!(meta(&root, "error.type"), "panic");
    assert_eq!(meta(&root, "error.message"), "the till is on fire");
}

#[tokio::test]
async fn an_event_that_does_not_fit_has_its_span_and_keeps_its_parent() {
    let running = Running::start("order").await;
    let event = json!({
        "orderId": 1,
        "_datadog": {"x-datadog-trace-id": "5", "x-datadog-parent-id": "6"}
    });
    running.error(event).await;
    let root = running.root();
    assert_eq!((root.trace_id, root.parent_id, root.error), (5, 6, 1));
    assert_eq!(meta(&root, "error.type"), "EventError");
    assert!(
        meta(&root, "error.message").contains("[orderId]"),
        "{:?}",
        root.meta
    );
}

#[tokio::test]
async fn concurrent_invocations_keep_their_traces_apart() {
    let function = Function {
        concurrency: 8,
        ..Function::new(NAME)
    };
    let agent = Agent::start().await.unwrap();
    let running = Running::as_function(function, "order-concurrently", &[], agent).await;
    let mut invocations = tokio::task::JoinSet::new();
    let running = std::sync::Arc::new(running);
    for id in 1..=64_u32 {
        let running = running.clone();
        invocations.spawn(async move {
            let trace = json!({
                "x-datadog-trace-id": id.to_string(),
                "x-datadog-parent-id": (id + 1000).to_string()
            });
            let event = json!({"orderId": id.to_string(), "_datadog": trace}).to_string();
            running
                .function
                .api
                .invoke(emulator::Invocation::new(event))
                .await
        });
    }
    invocations.join_all().await;
    let spans = running
        .agent
        .wait_for(|spans| spans.len() == 128, crate::harness::LIMIT)
        .await
        .unwrap();
    for id in 1..=64_u64 {
        let of_trace: Vec<_> = spans.iter().filter(|span| span.trace_id == id).collect();
        let root = of_trace
            .iter()
            .find(|span| span.name == "aws.lambda")
            .expect("no root");
        let child = of_trace
            .iter()
            .find(|span| span.resource == "place")
            .expect("no child");
        assert_eq!((root.parent_id, child.parent_id), (id + 1000, root.span_id));
    }
}
