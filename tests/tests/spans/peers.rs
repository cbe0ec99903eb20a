//! The spans that Datadog's libraries make.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;
use tests_support::{TestAgent, installed, peers, within};
use tokio::process::Command;

use crate::case::{ENVIRONMENT, FUNCTION, REGION, cases, folder, function_arn};
use crate::trace::{Received, Trace, WORK, changes, normalise};
use crate::{assert_none, overwrites};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Peer {
    Python,
    Node,
}

impl Peer {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Python => "Python",
            Self::Node => "Node",
        }
    }
}

pub(crate) const PEERS: [Peer; 2] = [Peer::Python, Peer::Node];

/// Far longer than a peer takes for all cases.
const LIMIT: Duration = Duration::from_secs(240);

/// Each peer's trace for each case.
type Traces = BTreeMap<String, BTreeMap<Peer, Trace>>;

const FROZEN: &str = "peers.json";

/// The traces on file.
pub(crate) fn frozen() -> Traces {
    let text = fs::read_to_string(folder().join(FROZEN)).unwrap_or_else(|_| "{}".to_owned());
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_peers_spans_are_on_file_for_each_event_and_for_no_other() {
    let on_file: Vec<String> = frozen().into_keys().collect();
    let known: Vec<String> = cases().into_keys().collect();
    assert_eq!(on_file, known);
}

#[tokio::test]
#[ignore = "needs Datadog's libraries for Python and Node, and the APM test agent: .ci/peers"]
async fn the_peers_still_make_the_spans_on_file() {
    let mut traces = Traces::new();
    for peer in PEERS {
        for (name, trace) in ask(peer).await {
            traces.entry(name).or_default().insert(peer, trace);
        }
    }
    if overwrites() {
        fs::write(folder().join(FROZEN), one_line_each(&traces)).unwrap();
    }
    let frozen = frozen();
    let mut problems = Vec::new();
    for (name, of_peers) in &traces {
        for (peer, trace) in of_peers {
            let on_file = frozen.get(name).and_then(|peers| peers.get(peer));
            for change in changes(on_file.unwrap_or(&Trace::new()), trace) {
                problems.push(format!("{name}, {peer:?}: {change}"));
            }
        }
    }
    assert_none(&problems);
    assert_eq!(traces.len(), cases().len(), "a case wasn't asked");
}

/// A peer's trace for each case, without any variable of our environment.
async fn ask(peer: Peer) -> BTreeMap<String, Trace> {
    let agent = TestAgent::start().await;
    let mut oracle = match peer {
        Peer::Python => {
            let mut python = Command::new(installed("python"));
            python.arg(folder().join("oracle.py"));
            python
        }
        Peer::Node => {
            let mut node = Command::new("node");
            node.arg(folder().join("oracle.mjs")).arg(peers());
            node
        }
    };
    oracle
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("DD_TRACE_AGENT_URL", agent.url())
        .env("AWS_LAMBDA_FUNCTION_NAME", FUNCTION)
        .env("AWS_REGION", REGION)
        .env("FUNCTION_ARN", function_arn())
        .env("WORK_SECONDS", WORK.as_secs_f64().to_string())
        .envs(ENVIRONMENT)
        .current_dir(folder())
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = within(LIMIT, "the peer", oracle.output()).await;
    let output = output.unwrap_or_else(|e| panic!("{oracle:?}: {e}; run .ci/peers"));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{oracle:?}; run .ci/peers: {log}");
    let chunks: BTreeMap<String, Vec<Vec<Received>>> =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{oracle:?}: {e}: {log}"));
    chunks
        .into_iter()
        .map(|(name, chunks)| (name, normalise(&chunks.concat())))
        .collect()
}

/// One span a line, so that a diff shows each span that changes.
fn one_line_each(traces: &Traces) -> String {
    let of_peer = |(peer, trace): (&Peer, &Trace)| {
        let spans: Vec<String> = trace
            .iter()
            .map(|span| format!("\n    {}", json!(span)))
            .collect();
        format!("  {}: [{}]", json!(peer), spans.join(","))
    };
    let of_case = |(name, peers): (&String, &BTreeMap<Peer, Trace>)| {
        let peers: Vec<String> = peers.iter().map(of_peer).collect();
        format!("{}: {{\n{}}}", json!(name), peers.join(",\n"))
    };
    let cases: Vec<String> = traces.iter().map(of_case).collect();
    format!("{{\n{}\n}}\n", cases.join(",\n"))
}
