//! The guide's page on tracer providers: the program that it shows.

use std::process::Stdio;

use emulator::{Agent, Function, Invocation, Outcome, RuntimeApi};
use tokio::process::Command;

use crate::events::{KEPT, PARENT_ID};
use crate::harness::LIMIT;

const PAGE: &str = include_str!("../../../../dd-trace-runtime/src/guide/provider.md");
const PROGRAM: &str = include_str!("../../src/bin/official_readme.rs");

#[tokio::test]
async fn the_page_s_program_continues_its_producer_s_trace() {
    let (_, code) = PROGRAM.split_once("\n\n").unwrap();
    assert!(PAGE.contains(code), "{code}");

    let api = RuntimeApi::start(Function::new("orders")).await.unwrap();
    let agent = Agent::start().await.unwrap();
    let _process = Command::new(env!("CARGO_BIN_EXE_official_readme"))
        .env_clear()
        .envs(api.environment())
        .env("DD_TRACE_AGENT_URL", agent.url())
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let event = KEPT.event().to_string();
    let outcome = api.invoke(Invocation::new(event.clone())).await;
    assert_eq!(outcome, Outcome::Response(event.into()));
    let is_root = |span: &&emulator::Span| span.name == "aws.lambda";
    let spans = agent
        .wait_for(|spans| spans.iter().any(|span| is_root(&span)), LIMIT)
        .await
        .unwrap();
    let root = spans.iter().find(is_root).unwrap();
    assert_eq!((root.trace_id, root.parent_id), (KEPT.trace_id, PARENT_ID));
}
