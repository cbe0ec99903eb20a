//! `tracing` spans and log lines of functions that compose their subscriber.

use std::sync::Arc;

use emulator::{Agent, Function, Invocation, Span, Traces};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::harness::{LIMIT, NAME, Running};

const TREE: &str = "\
aws.lambda  Orders  [Orders]
  internal  checkout  [Orders]
    internal  charge  [Orders]
    internal  reserve  [Orders]
";

const JSON: (&str, &str) = ("AWS_LAMBDA_LOG_FORMAT", "JSON");

fn named<'a>(spans: &'a [Span], resource: &str) -> &'a Span {
    let mut named = spans.iter().filter(|span| span.resource == resource);
    match (named.next(), named.next()) {
        (Some(span), None) => span,
        _ => panic!("not one span `{resource}`: {spans:#?}"),
    }
}

#[tokio::test]
async fn tracing_spans_are_below_the_root_whichever_layer_comes_first() {
    for name in [
        "composed-layers",
        "composed-layers-reversed",
        "composed-after-init",
    ] {
        let running = Running::start(name).await;
        let handed_on = running.response(json!({})).await;
        assert_eq!(running.tree(), TREE, "{name}");
        let spans = running.agent.spans();
        let id = |resource| json!(named(&spans, resource).span_id.to_string());
        let (checkout, charge, reserve) = (id("checkout"), id("charge"), id("reserve"));
        assert_eq!(
            handed_on,
            json!({
                "handler": running.root().span_id.to_string(),
                "checkout": {
                    "before": checkout, "charge": charge, "reserve": reserve, "after": checkout
                },
            }),
            "{name}"
        );
    }
}

#[tokio::test]
async fn the_fields_of_a_span_are_its_tags() {
    let running = Running::start("composed-layers").await;
    running.response(json!({})).await;
    let spans = running.agent.spans();
    let charge = named(&spans, "charge");
    assert_eq!(charge.metrics["amount"].to_string(), "7");
    assert!(charge.meta["events"].contains("charged"));
}

#[tokio::test]
async fn spans_of_the_trace_don_t_depend_on_the_level_of_the_log() {
    let running = Running::with("composed-layers", &[("AWS_LAMBDA_LOG_LEVEL", "ERROR")]).await;
    running.response(json!({})).await;
    assert_eq!(running.tree(), TREE);
    assert_eq!(running.into_lines().await, Vec::<String>::new());
}

#[tokio::test]
async fn under_the_runtime_s_default_subscriber_the_function_is_traced_without_tracing_spans() {
    let running = Running::start("composed-default").await;
    running.response(json!({})).await;
    assert_eq!(running.tree(), "aws.lambda  Orders  [Orders]\n");
}

#[tokio::test]
async fn concurrent_workers_make_no_trace_of_their_own() {
    let function = Function {
        concurrency: 4,
        ..Function::new(NAME)
    };
    let agent = Agent::start().await.unwrap();
    let running = Running::as_function(function, "composed-concurrently", &[JSON], agent).await;
    let running = Arc::new(running);
    let mut invocations = JoinSet::new();
    for _ in 0..16 {
        let running = Arc::clone(&running);
        invocations.spawn(async move { running.function.api.invoke(Invocation::new("{}")).await });
    }
    invocations.join_all().await;
    let running = Arc::into_inner(running).unwrap();
    let spans = running
        .agent
        .wait_for(|spans| spans.len() >= 64, LIMIT)
        .await;
    let traces = Traces::from_spans(spans.unwrap());
    let trees: Vec<_> = traces
        .as_slice()
        .iter()
        .map(emulator::Trace::to_tree)
        .collect();
    assert_eq!(trees, [TREE; 16]);
    let lines = json_lines(running.into_lines().await);
    for trace in traces.as_slice() {
        let id = format!("{:032x}", trace.id());
        let of_trace = lines.iter().filter(|line| line["dd.trace_id"] == *id);
        assert_eq!(of_trace.count(), 3, "{lines:#?}");
    }
}

fn json_lines(lines: Vec<String>) -> Vec<Value> {
    let parse = |line: String| serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line}"));
    lines.into_iter().map(parse).collect()
}

#[tokio::test]
async fn log_lines_name_the_span_they_were_logged_in() {
    let running = Running::with(
        "composed-layers",
        &[JSON, ("DD_ENV", "test"), ("DD_VERSION", "1.\"2\"")],
    )
    .await;
    running.response(json!({})).await;
    let spans = running.agent.spans();
    let trace_id = format!("{:032x}", running.root().trace_id_128());
    let lines = json_lines(running.into_lines().await);
    assert_eq!(lines.len(), 3, "{lines:#?}");
    for (message, resource) in [
        ("received \"it\"", NAME),
        ("charged", "charge"),
        ("reserved", "reserve"),
    ] {
        let line = lines
            .iter()
            .find(|line| line["fields"]["message"] == message);
        let line = line.unwrap_or_else(|| panic!("no `{message}`: {lines:#?}"));
        let span_id = named(&spans, resource).span_id.to_string();
        for (member, value) in [
            ("dd.trace_id", trace_id.as_str()),
            ("dd.span_id", &span_id),
            ("dd.service", NAME),
            ("dd.env", "test"),
            ("dd.version", "1.\"2\""),
            ("level", "INFO"),
        ] {
            assert_eq!(line[member], value, "{message}: {member}");
        }
    }
}

#[tokio::test]
async fn the_ids_come_last_and_a_trace_id_of_64_bits_is_decimal() {
    let event = json!({
        "_datadog": {"x-datadog-trace-id": "5", "x-datadog-parent-id": "6"}
    });
    let running = Running::with("composed-layers", &[JSON]).await;
    running.response(event).await;
    let spans = running.agent.spans();
    let charge = named(&spans, "charge").span_id.to_string();
    let request_id = running.function.api.timings()[0].request_id.clone();
    let lines = running.into_lines().await;
    let line = lines.iter().find(|line| line.contains("charged")).unwrap();
    let line = line
        .replace(&charge, "<span>")
        .replace(&request_id, "<request>");
    assert!(
        line.starts_with(r#"{"level":"INFO","fields":{"message":"charged"},"span":{"amount":7,"name":"charge"},"spans":[{"#),
        "{line}"
    );
    assert!(
        line.ends_with(r#"],"dd.trace_id":"5","dd.span_id":"<span>","dd.service":"Orders"}"#),
        "{line}"
    );
}

#[tokio::test]
async fn a_subscriber_without_the_tracing_layer_has_the_ids_of_the_active_span() {
    let running = Running::start("composed-by-hand").await;
    running.response(json!({})).await;
    let root = running.root().span_id.to_string();
    let lines = json_lines(running.into_lines().await);
    let charged = lines.iter().find(|line| line["message"] == "charged");
    assert_eq!(charged.unwrap()["dd.span_id"], root, "{lines:#?}");
}

/// What a function logs of one invocation, with its request id replaced.
async fn logged(name: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let running = Running::with(name, variables).await;
    let invocation = Invocation {
        trace_id: Some("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700".to_owned()),
        ..Invocation::new("{}")
    };
    running.response(invocation).await;
    let request_id = running.function.api.timings()[0].request_id.clone();
    let lines = running.into_lines().await.into_iter();
    lines
        .map(|line| line.replace(&request_id, "<request>"))
        .collect()
}

/// A line without the ids that the library adds.
fn without_ids(line: &str) -> String {
    if let Some((open, _)) = line.split_once(r#","dd.trace_id":"#) {
        return format!("{open}}}");
    }
    let ids = line
        .split_once(" [dd.trace_id=")
        .and_then(|(head, rest)| Some((head, rest.split_once(']')?.1)));
    ids.map_or_else(|| line.to_owned(), |(head, rest)| format!("{head}{rest}"))
}

#[tokio::test]
async fn lines_are_otherwise_those_of_the_runtime_s_default_subscriber() {
    for variables in [
        vec![],
        vec![JSON],
        vec![("AWS_LAMBDA_LOG_FORMAT", "json")],
        vec![("AWS_LAMBDA_LOG_FORMAT", "Text")],
        vec![JSON, ("AWS_LAMBDA_LOG_LEVEL", "WARN")],
        vec![JSON, ("AWS_LAMBDA_LOG_LEVEL", "FATAL")],
        vec![JSON, ("RUST_LOG", "error")],
        vec![JSON, ("RUST_LOG", "function=debug")],
        vec![
            JSON,
            ("RUST_LOG", "function=debug"),
            ("AWS_LAMBDA_LOG_LEVEL", "ERROR"),
        ],
    ] {
        let ours = logged("composed-layers", &variables).await;
        let ours: Vec<_> = ours.iter().map(|line| without_ids(line)).collect();
        let theirs = logged("composed-default", &variables).await;
        assert_eq!(ours, theirs, "{variables:?}");
    }
}

#[tokio::test]
async fn dd_logs_injection_switches_the_ids_off() {
    let off = [JSON, ("DD_LOGS_INJECTION", "false")];
    let lines = logged("composed-layers", &off).await;
    assert_eq!(lines, logged("composed-default", &[JSON]).await);
}

/// All lines of an invocation with `event`, and its trace id.
async fn lines_of(name: &str, event: &str, variables: &[(&str, &str)]) -> (Vec<Value>, String) {
    let running = Running::with(name, &[&[JSON], variables].concat()).await;
    running.invoke(event).await;
    let trace_id = format!("{:032x}", running.root().trace_id_128());
    let mut lines = running.into_lines().await;
    // The standard library prints a panic to the same place.
    lines.retain(|line| line.starts_with('{'));
    (json_lines(lines), trace_id)
}

#[tokio::test]
async fn each_line_of_an_invocation_that_fails_has_the_ids_of_its_span() {
    for name in [
        "composed-failing",
        "composed-failing-with-layer",
        "composed-failing-without-layer",
    ] {
        for (event, error) in [
            ("0", None),
            ("1", Some("user handler panicked")),
            ("3", Some("no stock")),
            (r#""not a number""#, Some("invalid type")),
        ] {
            let (lines, trace_id) = lines_of(name, event, &[]).await;
            for line in &lines {
                assert_eq!(line["dd.trace_id"], trace_id, "{name} {event}: {line}");
            }
            let texts: Vec<_> = lines.iter().map(ToString::to_string).collect();
            let has = |level: &str, text: &str| {
                let line = texts.iter().find(|line| line.contains(text));
                line.is_some_and(|line| line.contains(level))
            };
            assert!(
                has("WARN", "it returned `None`"),
                "{name} {event}: {texts:#?}"
            );
            if let Some(error) = error {
                assert!(has("ERROR", error), "{name} {event}: {texts:#?}");
            }
        }
    }
}

#[tokio::test]
async fn a_warning_about_the_agent_after_the_response_has_the_ids_of_the_invocation() {
    let agent = Agent::start().await.unwrap();
    let nobody = [JSON, ("DD_TRACE_AGENT_URL", "http://127.0.0.1:1")];
    let running = Running::with_agent("composed-failing", &nobody, agent).await;
    running.invoke("0").await;
    let lines = json_lines(running.into_lines().await);
    assert!(
        lines.iter().all(|line| line["dd.trace_id"].is_string()),
        "{lines:#?}"
    );
    let of_agent = |line: &&Value| line.to_string().contains("the agent at http://127.0.0.1:1");
    assert_eq!(lines.iter().filter(of_agent).count(), 1, "{lines:#?}");
}

#[tokio::test]
async fn an_extractor_that_returns_none_is_one_warning_per_process() {
    let running = Running::with("composed-failing", &[JSON]).await;
    for _ in 0..3 {
        running.invoke("0").await;
    }
    let lines = running.into_lines().await;
    let warnings = lines
        .iter()
        .filter(|line| line.contains("it returned `None`"));
    assert_eq!(warnings.count(), 1, "{lines:#?}");
}

#[tokio::test]
async fn a_payload_that_lost_its_invocation_is_reported_once() {
    let running = Running::with("composed-losing", &[("RUST_LOG", "dd_trace_runtime=debug")]).await;
    for _ in 0..2 {
        let payloads = running.response(json!({})).await;
        assert_eq!(payloads[0], r#"{"id":1}"#);
        assert!(
            payloads[1].as_str().unwrap().contains("_datadog"),
            "{payloads}"
        );
    }
    let lines = running.into_lines().await;
    let reports: Vec<_> = lines
        .iter()
        .filter(|line| line.contains("payload"))
        .collect();
    assert_eq!(reports.len(), 1, "{lines:#?}");
    assert!(reports[0].contains("DEBUG"), "{reports:?}");
    assert!(
        reports[0].contains("`dd_trace_runtime::spawn`"),
        "{reports:?}"
    );
}

#[tokio::test]
async fn a_payload_between_invocations_has_lost_nothing() {
    let running = Running::with("composed-idle", &[("RUST_LOG", "dd_trace_runtime=debug")]).await;
    running.response(json!({})).await;
    let lines = running.into_lines().await;
    assert!(
        !lines.iter().any(|line| line.contains("payload")),
        "{lines:#?}"
    );
}
