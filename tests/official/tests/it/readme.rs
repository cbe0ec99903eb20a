//! The guide's page on tracer providers: the program that the page shows.

use emulator::{Agent, Function, Outcome};
use tests_support::FunctionProcess;
use tokio::process::Command;

use crate::events::{KEPT, PARENT_ID};
use crate::harness::LIMIT;

const PAGE: &str = include_str!("../../../../dd-trace-runtime/src/guide/provider.md");
const PROGRAM: &str = include_str!("../../src/bin/official_readme.rs");

#[tokio::test]
async fn the_page_s_program_continues_its_producer_s_trace() {
    let (_, code) = PROGRAM.split_once("\n\n").unwrap();
    assert!(PAGE.contains(code), "{code}");

    let agent = Agent::start().await.unwrap();
    let tell = |command: &mut Command| {
        command.env("DD_TRACE_AGENT_URL", agent.url());
    };
    let program = env!("CARGO_BIN_EXE_official_readme");
    let function = FunctionProcess::start(Function::new("orders"), program, tell).await;
    let event = KEPT.event().to_string();
    let outcome = function.invoke(&*event).await;
    assert_eq!(outcome, Outcome::Response(event.into()));
    let is_root = |span: &&emulator::Span| span.name == "aws.lambda";
    let spans = agent
        .wait_for(|spans| spans.iter().any(|span| is_root(&span)), LIMIT)
        .await
        .unwrap();
    let root = spans.iter().find(is_root).unwrap();
    assert_eq!((root.trace_id, root.parent_id), (KEPT.trace_id, PARENT_ID));
}
