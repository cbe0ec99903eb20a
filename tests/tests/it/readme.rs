//! The guide's page on `tracing`: the program that it shows, and what it prints.

use std::process::Stdio;

use emulator::{Agent, Function, Invocation, Traces};
use tests_support::{FunctionProcess, LIMIT, within_limit};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::Command;

const PAGE: &str = include_str!("../../../dd-trace-runtime/src/guide/logs.md");
const PROGRAM: &str = include_str!("../../src/bin/readme.rs");

#[test]
fn the_page_shows_the_program_that_the_next_test_runs() {
    let (_, code) = PROGRAM.split_once("\n\n").unwrap();
    assert!(PAGE.contains(code), "{code}");
}

/// The ids that an invocation makes up, as the page shows them.
const REQUEST_ID: &str = "8f507cfc-ad3d-4c15-a3f6-c0b5a4a0b1a6";
const SPAN_ID: &str = "8448337846410395218";

#[tokio::test]
async fn the_page_shows_the_lines_and_the_tree_that_the_program_prints() {
    for format in ["JSON", "Text"] {
        the_page_shows_the_line_and_the_tree(format).await;
    }
}

async fn the_page_shows_the_line_and_the_tree(format: &str) {
    let agent = Agent::start().await.unwrap();
    let tell = |command: &mut Command| {
        command
            .env("DD_TRACE_AGENT_URL", agent.url())
            .env("AWS_LAMBDA_LOG_FORMAT", format)
            // As in every invocation but the first.
            .env("DD_COLD_START_TRACING", "false")
            .stdout(Stdio::piped());
    };
    let program = env!("CARGO_BIN_EXE_readme");
    let mut function = FunctionProcess::start(Function::new("orders"), program, tell).await;
    let mut lines = BufReader::new(function.process.stdout.take().unwrap()).lines();
    let event = r#"{"amount":7,"_datadog":{"x-datadog-trace-id":"11","x-datadog-parent-id":"12",
        "x-datadog-tags":"_dd.p.tid=6553b9c700000000"}}"#;
    let invocation = Invocation {
        trace_id: Some("Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700".to_owned()),
        ..Invocation::new(event)
    };
    function.invoke(invocation).await;
    let spans = agent
        .wait_for(|spans| spans.len() == 2, LIMIT)
        .await
        .unwrap();

    let line = within_limit("the line", lines.next_line()).await;
    let charge = spans.iter().find(|span| span.resource == "charge").unwrap();
    let line = line
        .unwrap()
        .unwrap()
        .replace(&function.api.timings()[0].request_id, REQUEST_ID)
        .replace(&charge.span_id.to_string(), SPAN_ID);
    assert!(PAGE.contains(&line), "{line}");
    let tree = Traces::from_spans(spans).to_tree();
    let tree = tree.replace("  parent missing", "");
    assert!(PAGE.contains(&tree), "{tree}");
}
