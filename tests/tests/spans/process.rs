//! The spans that a function's process sends, as the APM test agent receives them.

use std::fs;

use emulator::{Function, Invocation};
use serde_json::{Value, json};
use tests_support::{CHECKS, FunctionProcess, TestAgent};
use tokio::process::Command;

use crate::case::{ACCOUNT, Case, ENVIRONMENT, FUNCTION, REGION, cases, folder};
use crate::trace::{Trace, WORK, normalise};
use crate::{assert_none, text};

#[tokio::test]
#[ignore = "needs the APM test agent: .ci/peers"]
async fn a_process_sends_the_spans_on_file_and_the_apm_test_agent_finds_no_fault() {
    let agent = TestAgent::start().await;
    let mut problems = Vec::new();
    for (name, case) in cases() {
        let sent = text::print(&case.about, &sent(&case, &agent).await);
        let path = folder().join("ours").join(format!("{name}.txt"));
        let on_file = fs::read_to_string(path).unwrap();
        if sent != on_file {
            problems.push(format!("{name}\n{}", text::changes(&on_file, &sent)));
        }
    }
    assert_none(&problems);
    agent.assert_no_failures().await;
    let summary = agent.get("/test/trace_check/summary").await;
    let summary: Value = serde_json::from_str(&summary).unwrap();
    for check in CHECKS {
        let of_check = &summary[check];
        let made = of_check["Passed_Checks"].as_u64().unwrap_or_default();
        assert!(made >= 50, "{check} was made {made} times: {summary}");
        assert_eq!(of_check["Failed_Checks"], 0, "{check}: {summary}");
    }
}

/// The trace that the agent has after one invocation of a new process.
async fn sent(case: &Case, agent: &TestAgent) -> Trace {
    agent.clear().await;
    let function = Function {
        region: REGION.to_owned(),
        account: ACCOUNT.to_owned(),
        ..Function::new(FUNCTION)
    };
    let result = match &case.throws {
        Some(message) => json!({"Err": message}),
        None => json!({"Ok": case.response}),
    };
    let told = json!({"seconds": WORK.as_secs_f64(), "result": result});
    let tell = |command: &mut Command| {
        command
            .arg("told")
            .envs(ENVIRONMENT)
            .env("DD_TRACE_AGENT_URL", agent.url())
            .env("TOLD", told.to_string());
    };
    let program = env!("CARGO_BIN_EXE_function");
    let function = FunctionProcess::start(function, program, tell).await;
    let client_context = case.client_context.as_ref();
    let invocation = Invocation {
        client_context: client_context.map(|custom| json!({"custom": custom}).to_string()),
        ..Invocation::new(case.event.get().to_owned())
    };
    function.invoke(invocation).await;
    normalise(&agent.chunks().await.concat())
}
