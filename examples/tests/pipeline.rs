//! The pipeline, as its user sees it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test, as its own lines do"
)]

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

const PIPELINE: &str = env!("CARGO_BIN_EXE_pipeline");

fn pipeline(arguments: &[&str]) -> Output {
    Command::new(PIPELINE).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// The 32 digits of each trace in the output.
fn traces(output: &Output) -> Vec<&str> {
    let ids = stdout(output)
        .lines()
        .filter_map(|line| line.strip_prefix("trace "));
    ids.map(|line| line.split(' ').next().unwrap()).collect()
}

/// The tree without times: each line up to its bar.
fn tree(output: &Output) -> Vec<&str> {
    let lines = stdout(output).lines().filter(|line| line.contains('|'));
    lines
        .map(|line| line.split('|').next().unwrap().trim_end())
        .collect()
}

fn depth(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The only line that contains `what`, and its number.
fn only<'a>(tree: &[&'a str], what: &str) -> (usize, &'a str) {
    let found: Vec<_> = tree
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, line)| line.contains(what))
        .collect();
    assert_eq!(found.len(), 1, "{what} in {tree:#?}");
    found[0]
}

/// Whether the line at `child` is below the one at `parent`.
fn is_below(tree: &[&str], child: usize, parent: usize) -> bool {
    child > parent
        && tree[parent + 1..=child]
            .iter()
            .all(|line| depth(line) > depth(tree[parent]))
}

#[test]
fn all_four_functions_are_in_one_connected_trace() {
    let output = pipeline(&[]);
    assert!(output.status.success(), "{output:?}");
    let [id] = traces(&output)[..] else {
        panic!("{output:?}");
    };
    assert_eq!(id.len(), 32);
    assert!(!id.starts_with(&"0".repeat(16)), "{id} has 128 bits");

    let tree = tree(&output);
    let place = |what: &str| only(&tree, what).0;
    let checkout = tree
        .iter()
        .position(|line| line.contains("aws.lambda "))
        .unwrap();
    assert!(tree[checkout].contains("[checkout]"), "{tree:#?}");
    let queue = place("publish to the queue");
    let topic = place("publish to the topic");
    assert!(
        is_below(&tree, queue, checkout) && is_below(&tree, topic, checkout),
        "{tree:#?}"
    );
    assert!(is_below(&tree, place("pack order"), queue), "{tree:#?}");
    assert!(
        is_below(&tree, place("write to customer"), topic),
        "{tree:#?}"
    );
    let fulfil = place("aws.lambda  fulfil");
    let shipping = place("start the shipping");
    let transport = place("book transport");
    assert!(
        is_below(&tree, shipping, fulfil) && is_below(&tree, transport, shipping),
        "{tree:#?}"
    );
    assert_eq!(tree.len(), 12, "{tree:#?}");
    let lambdas = tree
        .iter()
        .filter(|line| line.trim_start().starts_with("aws.lambda "))
        .count();
    assert_eq!(lambdas, 4, "{tree:#?}");
    let verdict = stdout(&output)
        .lines()
        .find(|line| line.starts_with("connected: "))
        .unwrap();
    assert!(
        verdict.starts_with(&format!("connected: {} spans of ", tree.len())),
        "{verdict}"
    );
}

#[test]
fn the_output_of_each_process_has_its_name_before_it() {
    let output = pipeline(&[]);
    let text = stdout(&output);
    let line = |name: &str, what: &str| {
        text.lines()
            .any(|line| line.starts_with(name) && line.contains(what))
    };
    assert!(line("[fulfil] ", "packed order o-1001"), "{text}");
    assert!(line("[ship] ", "the transport of order o-1001"), "{text}");
    assert!(
        line("[notify] ", "order o-1001 over 42 is on its way"),
        "{text}"
    );
}

#[test]
fn a_payload_without_context_gives_two_traces_and_is_reported() {
    let output = pipeline(&["--break-propagation"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let traces = traces(&output);
    assert_eq!(traces.len(), 2, "{output:?}");
    let verdict = format!("; {} begins in notify", traces[1]);
    let text = stdout(&output);
    assert!(
        text.lines()
            .any(|line| line.starts_with("NOT connected: 2 traces") && line.ends_with(&verdict)),
        "{text}"
    );
}

#[test]
fn the_trace_is_shown_without_a_function_that_was_killed() {
    let output = pipeline(&["--kill", "notify"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let tree = tree(&output);
    only(&tree, "pack order");
    assert!(
        !tree.iter().any(|line| line.contains("notify")),
        "{tree:#?}"
    );
    let said = stderr(&output);
    assert!(
        said.contains("notify failed: its process ended (signal: 9"),
        "{said}"
    );
}

#[test]
fn nothing_is_invoked_if_the_first_function_is_gone_and_the_report_says_so() {
    let output = pipeline(&["--kill", "checkout"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(
        stdout(&output).contains("NOT connected: no spans came"),
        "{output:?}"
    );
    let said = stderr(&output);
    assert!(
        said.contains("checkout failed: its process ended"),
        "{said}"
    );
    assert!(
        said.contains("fulfil failed: it was not invoked, because nothing came through the queue"),
        "{said}"
    );
}

#[test]
fn the_picture_is_well_formed_and_shows_every_span() {
    let file = std::env::temp_dir().join(format!("pipeline-{}.svg", std::process::id()));
    let output = pipeline(&["--svg", file.to_str().unwrap()]);
    let picture = std::fs::read_to_string(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(output.status.success(), "{output:?}");
    let document = roxmltree::Document::parse(&picture).unwrap();
    let bars = document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "title")));
    assert_eq!(bars.count(), tree(&output).len());
    assert!(picture.contains(traces(&output)[0]));
}

#[test]
fn a_picture_that_cannot_be_written_is_reported() {
    let output = pipeline(&["--svg", "/no/such/directory/trace.svg"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("/no/such/directory/trace.svg could not be written"),
        "{output:?}"
    );
}

#[test]
fn an_unknown_option_says_what_to_write() {
    let output = pipeline(&["--color"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("unknown argument `--color`; write `--svg FILE`"),
        "{output:?}"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn help_names_every_option() {
    let output = pipeline(&["--help"]);
    assert!(output.status.success());
    for option in ["--svg", "--break-propagation", "--kill", "--help"] {
        assert!(stdout(&output).contains(option), "{option}");
    }
}

/// The running processes that `parent` has started.
fn children(parent: u32) -> Vec<u32> {
    let list = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"));
    list.unwrap_or_default()
        .split_whitespace()
        .map(|id| id.parse().unwrap())
        .collect()
}

fn wait_until(mut condition: impl FnMut() -> bool) {
    let limit = Instant::now() + Duration::from_secs(5);
    while !condition() {
        assert!(Instant::now() < limit, "not within five seconds");
        std::thread::yield_now();
    }
}

/// Starts the pipeline and interrupts it once all functions run. Returns its exit status and the functions' ids.
fn interrupted(signal: &str) -> (Option<i32>, Vec<u32>) {
    let mut process = Command::new(PIPELINE)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut functions = Vec::new();
    wait_until(|| {
        functions = children(process.id());
        functions.len() == 4 || process.try_wait().unwrap().is_some()
    });
    // If the pipeline was faster, this fails and the exit status shows it.
    let _ = Command::new("kill")
        .args([signal, &process.id().to_string()])
        .stderr(Stdio::null())
        .status();
    (process.wait().unwrap().code(), functions)
}

#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_pipeline_leaves_no_process_behind() {
    for (signal, status) in [("-INT", 130), ("-TERM", 143)] {
        wait_until(|| {
            let (code, functions) = interrupted(signal);
            for id in &functions {
                let left = std::fs::exists(format!("/proc/{id}")).unwrap();
                assert!(!left, "process {id} is left");
            }
            // A run that ended before the signal came proves nothing.
            assert!([Some(0), Some(status)].contains(&code), "{code:?}");
            code == Some(status) && functions.len() == 4
        });
    }
}

#[test]
fn the_readme_shows_the_trace() {
    const README: &str = include_str!("../../README.md");
    let output = pipeline(&[]);
    let tree = tree(&output).join("\n");
    assert!(README.contains(&tree), "{tree}");
}
