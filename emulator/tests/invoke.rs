//! The binary `invoke`, as a person calls it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail the test, as its own lines do"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The function of `examples/echo.rs`, which is built with the tests of this package.
fn echo() -> PathBuf {
    let programs = Path::new(env!("CARGO_BIN_EXE_invoke")).parent().unwrap();
    let program = programs.join("examples/echo");
    assert!(
        program.exists(),
        "`cargo build -p emulator --examples` makes it"
    );
    program
}

/// The output of `invoke` for these events, and whether it succeeds.
fn invoke(test: &str, arguments: &[&str], events: &[&str]) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_invoke"));
    command.env_clear().args(arguments).arg(echo());
    for (index, event) in events.iter().enumerate() {
        let name = format!("invoke-{test}-{index}.json");
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::write(&file, event).unwrap();
        command.arg(file);
    }
    text(&command.output().unwrap())
}

fn text(output: &Output) -> (bool, String) {
    let (out, err) = (&output.stdout, &output.stderr);
    let text = String::from_utf8_lossy(out) + String::from_utf8_lossy(err);
    (output.status.success(), text.into_owned())
}

#[test]
fn the_answer_and_the_trace_of_each_event_are_shown() {
    let carrier = r#"{"_datadog":{"x-datadog-parent-id":"8","x-datadog-trace-id":"7"},"id":1}"#;
    let (succeeded, text) = invoke("answers", &[], &[carrier, "[2]"]);
    assert!(succeeded, "{text}");
    assert!(
        text.starts_with(&format!("{carrier}\n[2]\n\ntrace ")),
        "{text}"
    );
    assert!(
        text.contains("trace 00000000000000000000000000000007  "),
        "{text}"
    );
    assert!(text.contains("parent 0000000000000008 missing"), "{text}");
    assert_eq!(
        text.matches("aws.lambda  echo  [echo]").count(),
        2,
        "{text}"
    );
}

#[test]
fn a_failed_invocation_has_its_error_in_the_trace_and_the_next_event_is_invoked() {
    let (succeeded, text) = invoke("panics", &["--name", "orders"], &[r#""panic""#, "3"]);
    assert!(succeeded, "{text}");
    assert!(text.contains("error: "), "{text}");
    assert!(text.contains("aws.lambda  orders  [orders]"), "{text}");
    assert!(text.contains("ERROR as the event says"), "{text}");
    assert!(text.contains("\n3\n"), "{text}");
}

#[test]
fn an_event_that_ends_the_function_is_the_last() {
    let (succeeded, text) = invoke("exits", &[], &["1", r#""exit""#, "2"]);
    assert!(!succeeded);
    assert!(text.starts_with("1\n"), "{text}");
    assert!(
        text.contains("the function's process has ended: exit status: 3"),
        "{text}"
    );
    let (succeeded, text) = invoke("hangs", &["--timeout", "1"], &[r#""hang""#]);
    assert!(!succeeded);
    assert!(text.contains("task timed out after 1.00 seconds"), "{text}");
    assert!(text.contains("aws.lambda  echo  [echo]"), "{text}");
}

#[test]
fn errors_say_what_cannot_be_invoked() {
    let invoke = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_invoke"));
        text(&command.args(arguments).output().unwrap())
    };
    let echo = echo();
    let echo = echo.to_str().unwrap();
    let event = Path::new(env!("CARGO_TARGET_TMPDIR")).join("invoke-errors.json");
    std::fs::write(&event, "{}").unwrap();
    let event = event.to_str().unwrap();
    for (arguments, problem) in [
        (&[][..], "usage: invoke"),
        (&["--agent"], "`--agent` has no value\n\nusage: invoke"),
        (
            &["--timeout", "soon", echo],
            "the timeout is `soon`; write a number of seconds",
        ),
        (
            &["--colour", echo],
            "there is no option `--colour`\n\nusage: invoke",
        ),
        (&["..", event], "`..` is no program"),
        (&[echo, "no-such-event.json"], "`no-such-event.json`: "),
        (
            &[echo, "/dev/null"],
            "`/dev/null`: it is empty; save the event there",
        ),
        (
            &[echo, "Cargo.toml"],
            "`Cargo.toml`: an event is JSON, and this isn't: ",
        ),
        (
            &["no-such-program", event],
            "(os error 2); `cargo build` makes `target/debug/<package>`",
        ),
        (
            &["/bin/true", event],
            "exit status: 0; its `main` must end with `dd_trace_runtime::run(handler).await`",
        ),
    ] {
        let (succeeded, text) = invoke(arguments);
        assert!(
            !succeeded && text.contains(problem),
            "{arguments:?}: {text}"
        );
        assert!(!text.contains("no span"), "{arguments:?}: {text}");
    }
}
