//! What a process logs without a subscriber, and the debug lines that it logs whatever the subscriber's filter.

use emulator::Agent;
use serde_json::{Value, json};

use crate::harness::Running;

const NO_AGENT: (&str, &str) = ("DD_TRACE_AGENT_URL", "http://127.0.0.1:1");

/// The lines of three invocations of a function whose extractor returns `None`.
async fn lines(function: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let agent = Agent::start().await.unwrap();
    let running = Running::with_agent(function, variables, agent).await;
    for _ in 0..3 {
        running.invoke("0").await;
    }
    running.into_lines().await
}

fn count(lines: &[String], level: &str, text: &str) -> usize {
    let level = format!("{level} dd_trace_runtime: ");
    let told = |line: &&String| line.starts_with(&level) && line.contains(text);
    lines.iter().filter(told).count()
}

#[tokio::test]
async fn without_a_subscriber_each_warning_is_printed_once_on_the_standard_error() {
    let variables = [NO_AGENT, ("DD_TRACE_SAMPLE_RATE", "most")];
    let lines = lines("composed-none", &variables).await;
    for text in [
        "traces wait, as the agent at http://127.0.0.1:1 doesn't take them",
        "the extractor of `failing` gave no trace context: it returned `None`",
        "DD_TRACE_SAMPLE_RATE is `most`",
    ] {
        assert_eq!(count(&lines, "WARN", text), 1, "{text}: {lines:#?}");
    }
    assert_eq!(lines.len(), 3, "{lines:#?}");
}

#[tokio::test]
async fn a_subscriber_alone_decides_what_is_shown() {
    for level in ["ERROR", "OFF"] {
        let variables = [NO_AGENT, ("AWS_LAMBDA_LOG_LEVEL", level)];
        let lines = lines("composed-failing", &variables).await;
        assert_eq!(lines, Vec::<String>::new(), "{level}");
    }
}

#[tokio::test]
async fn debugging_shows_one_line_for_each_invocation_and_one_for_each_send_whatever_the_filter() {
    for variable in [("DD_TRACE_DEBUG", "true"), ("DD_LOG_LEVEL", "debug")] {
        for function in ["composed-none", "composed-failing"] {
            let variables = [variable, ("AWS_LAMBDA_LOG_LEVEL", "ERROR")];
            let lines = lines(function, &variables).await;
            let explained = "No trace context: the invocation begins a new trace. | Event: from an unknown service";
            for (text, times) in [
                (explained, 3),
                (
                    "| extractor `failing`: | passed over: it returned `None` |",
                    3,
                ),
                ("has taken 1 span in ", 3),
            ] {
                let told = count(&lines, "DEBUG", text);
                assert_eq!(told, times, "{variable:?} {function} {text}: {lines:#?}");
            }
        }
    }
}

#[tokio::test]
async fn the_settings_in_force_are_one_line_of_json_at_the_start() {
    let variables = [
        ("DD_TRACE_STARTUP_LOGS", "true"),
        ("DD_TAGS", "team:a,env:test"),
        ("DD_TRACE_PROPAGATION_STYLE", "tracecontext"),
        ("DD_TRACE_SAMPLE_RATE", "0.5"),
    ];
    let lines = lines("composed-none", &variables).await;
    let settings = lines
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let [settings] = &settings.collect::<Vec<_>>()[..] else {
        panic!("{lines:#?}");
    };
    for (name, value) in [
        ("lang", json!("rust")),
        ("service", json!("Orders")),
        ("env", json!("test")),
        ("tags", json!(["team:a"])),
        ("enabled", json!(true)),
        ("propagation_style_inject", json!(["tracecontext"])),
        ("sampling_rules", json!(1)),
        ("rate_limit", json!(100)),
        ("extractor", Value::Null),
    ] {
        assert_eq!(settings[name], value, "{name}: {settings}");
    }
    assert!(
        settings["agent_url"]
            .as_str()
            .unwrap()
            .starts_with("http://")
    );
    assert!(settings["features"].to_string().contains("tracing"));
}

#[tokio::test]
async fn debugging_shows_each_send_that_failed() {
    let lines = lines("composed-none", &[NO_AGENT, ("DD_TRACE_DEBUG", "1")]).await;
    let failed = count(
        &lines,
        "DEBUG",
        "a send to the agent at http://127.0.0.1:1 failed",
    );
    assert!((1..=3).contains(&failed), "{lines:#?}");
    assert_eq!(count(&lines, "WARN", "traces wait"), 1, "{lines:#?}");
}
