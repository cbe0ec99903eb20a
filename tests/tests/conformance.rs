//! The trace context of events of every source, compared with the answers of Datadog's libraries.
//!
//! `conformance/README.md` describes that folder.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use dd_trace_runtime::{RawEvent, TraceContext, extract_trace_context};
use lambda_runtime::Context;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::json;
use serde_json::value::RawValue;
use tests_support::{installed, peers};

/// An event, and the trace context in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// The event as in the file, byte for byte.
    #[serde(default, deserialize_with = "null_included")]
    event: Option<Box<RawValue>>,
    /// The event as text, where JSON can't show what matters about it.
    text: Option<String>,
    client_context: Option<BTreeMap<String, String>>,
    /// The X-Ray header of the invocation.
    xray: Option<String>,
    ours: Option<Ids>,
    /// The peers that answer differently, each with the key under which `differences.md` says why.
    #[serde(default)]
    differs: BTreeMap<Peer, String>,
    /// Our library doesn't find `ours` yet.
    #[serde(default)]
    pending: bool,
}

/// A trace context as in Datadog's headers, with the two halves of the trace id apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ids {
    trace_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tid: Option<String>,
    parent_id: String,
    /// `None` if the decision is left to us.
    priority: Option<i32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Peer {
    Python,
    Node,
}

const PEERS: [Peer; 2] = [Peer::Python, Peer::Node];

/// Each peer's answer to each case.
type Answers = BTreeMap<String, BTreeMap<Peer, Option<Ids>>>;

/// The file with the answers. The ignored test rewrites it with `CONFORMANCE=overwrite`.
const FROZEN: &str = "peers.json";

/// Keeps an event that is `null`.
fn null_included<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Box<RawValue>>, D::Error> {
    Box::deserialize(json).map(Some)
}

impl Case {
    fn found(&self) -> Option<Ids> {
        let event = match (&self.event, &self.text) {
            (Some(event), None) => event.get().to_owned(),
            (None, Some(text)) => text.clone(),
            _ => panic!("`{}` needs either `event` or `text`", self.name),
        };
        let mut context = Context::default();
        context.xray_trace_id.clone_from(&self.xray);
        context.client_context = self
            .client_context
            .as_ref()
            .map(|custom| serde_json::from_value(json!({"custom": custom, "env": {}})).unwrap());
        extract_trace_context(&RawEvent::from(event), &context).map(Ids::from)
    }
}

impl From<TraceContext> for Ids {
    fn from(context: TraceContext) -> Self {
        let (high, low) = (
            context.trace_id() >> 64,
            context.trace_id() & u128::from(u64::MAX),
        );
        Self {
            trace_id: low.to_string(),
            tid: (high != 0).then(|| format!("{high:016x}")),
            parent_id: context.parent_id().to_string(),
            priority: context.sampling_priority().map(i32::from),
        }
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// All cases, under `<file>: <name>`.
fn cases() -> BTreeMap<String, Case> {
    let mut cases = BTreeMap::new();
    for file in fs::read_dir(folder().join("cases")).unwrap() {
        let path = file.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        let of_file: Vec<Case> =
            serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let source = path.file_stem().unwrap().to_str().unwrap();
        for case in of_file {
            let name = format!("{source}: {}", case.name);
            assert!(
                !cases.contains_key(&name),
                "`{name}` is there twice; name what is special about it"
            );
            cases.insert(name, case);
        }
    }
    cases
}

fn frozen() -> Answers {
    serde_json::from_str(&fs::read_to_string(folder().join(FROZEN)).unwrap()).unwrap()
}

/// The table in `differences.md`, as keys and the peers that each row mentions.
fn differences() -> BTreeSet<(String, Peer)> {
    let text = fs::read_to_string(folder().join("differences.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.flat_map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [key, python, node, _] = cells[..] else {
            panic!("`{row}` has not four cells")
        };
        let key = key.trim_matches('`').to_owned();
        let said = PEERS.into_iter().zip([python, node]);
        let peers = said.filter(|(_, cell)| *cell != "–");
        peers.map(move |(peer, _)| (key.clone(), peer))
    })
    .collect()
}

/// Fails with the problems of all cases that have one.
fn assert_each(problem: impl Fn(&str, &Case) -> Option<String>) {
    let cases = cases();
    let problems: Vec<String> = cases
        .iter()
        .filter_map(|(name, case)| Some(format!("{name}\n    {}", problem(name, case)?)))
        .collect();
    let (failed, all) = (problems.len(), cases.len());
    assert!(failed == 0, "{failed} of {all}:\n{}", problems.join("\n"));
}

#[test]
fn the_library_finds_what_the_case_says() {
    assert_each(|_, case| {
        let found = case.found();
        match (found == case.ours, case.pending) {
            (true, false) | (false, true) => None,
            (true, true) => Some("is found now; remove `pending`".to_owned()),
            (false, false) => Some(format!("found {found:?}\n    not   {:?}", case.ours)),
        }
    });
}

#[test]
fn a_peer_gives_our_answer_or_the_case_names_the_difference() {
    let frozen = frozen();
    assert_each(|name, case| {
        let Some(answers) = frozen.get(name) else {
            return Some("lacks a peer's answer; write `peers.json` anew".to_owned());
        };
        PEERS.iter().find_map(|peer| {
            let answer = &answers[peer];
            match (*answer == case.ours, case.differs.get(peer)) {
                (true, None) | (false, Some(_)) => None,
                (true, Some(_)) => Some(format!("{peer:?} agrees; remove it from `differs`")),
                (false, None) => Some(format!("{peer:?} {answer:?}\n    ours {:?}", case.ours)),
            }
        })
    });
}

#[test]
fn every_difference_is_explained_and_every_explanation_is_needed() {
    let named = cases().into_values().flat_map(|case| case.differs);
    let named: BTreeSet<_> = named.map(|(peer, key)| (key, peer)).collect();
    let explained = differences();
    let one_sided: Vec<_> = named.symmetric_difference(&explained).collect();
    assert!(
        one_sided.is_empty(),
        "either in a case or in differences.md, not in both: {one_sided:?}"
    );
}

#[test]
fn no_answer_is_on_file_for_a_case_that_is_gone() {
    let cases = cases();
    let gone: Vec<_> = frozen()
        .into_keys()
        .filter(|name| !cases.contains_key(name))
        .collect();
    assert!(gone.is_empty(), "{gone:#?}");
}

#[test]
#[ignore = "needs Datadog's libraries for Python and Node: .ci/peers"]
fn the_peers_still_give_the_answers_on_file() {
    let mut python = Command::new(installed("python"));
    let python = ask(python.arg(folder().join("oracle.py")));
    let mut node = Command::new("node");
    let mut node = ask(node.arg(folder().join("oracle.mjs")).arg(peers()));

    let mut answers = Answers::new();
    for (name, python) in python {
        let node = node.remove(&name).unwrap();
        answers.insert(name, [(Peer::Python, python), (Peer::Node, node)].into());
    }
    if std::env::var_os("CONFORMANCE").is_some_and(|mode| mode == "overwrite") {
        fs::write(folder().join(FROZEN), one_line_each(&answers)).unwrap();
    }
    let frozen = frozen();
    for (name, answers) in &answers {
        assert_eq!(Some(answers), frozen.get(name), "{name}");
    }
    assert_eq!(answers.len(), cases().len(), "a case wasn't asked");
}

/// A peer's answer to each case, without any variable of our environment.
fn ask(oracle: &mut Command) -> BTreeMap<String, Option<Ids>> {
    let path = std::env::var_os("PATH").unwrap();
    let output = oracle.env_clear().env("PATH", path).output();
    let output = output.unwrap_or_else(|e| panic!("{oracle:?}: {e}; run .ci/peers"));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{oracle:?}; run .ci/peers: {log}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{oracle:?}: {e}: {log}"))
}

/// One case a line, so that a diff shows each answer that changes.
fn one_line_each(answers: &Answers) -> String {
    let line = |(name, answers)| {
        format!(
            "  {}: {}",
            json!(name),
            serde_json::to_string(answers).unwrap()
        )
    };
    let lines: Vec<String> = answers.iter().map(line).collect();
    format!("{{\n{}\n}}\n", lines.join(",\n"))
}
