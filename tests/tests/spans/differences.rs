//! Our spans compared with those of Datadog's libraries, tag by tag.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;

use crate::assert_none;
use crate::case::folder;
use crate::ours;
use crate::peers::{PEERS, Peer, frozen};
use crate::trace::{Span, Trace, from_below};

/// A tag of a span that differs in a peer.
struct Difference {
    case: String,
    peer: Peer,
    /// The name of our span, or of the peer's if we have none.
    span: String,
    /// `(span)` for the span itself.
    tag: String,
    kind: Kind,
    ours: Option<String>,
    theirs: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The peer has no such tag.
    Lacks,
    /// The peer alone has it.
    Adds,
    /// Both have it, with different values.
    Other,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            case,
            peer,
            span,
            tag,
            kind,
            ..
        } = self;
        write!(f, "{case}: {span} {tag}: {peer:?} {kind:?}")?;
        let text = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(f, ": {}; ours {}", text(&self.theirs), text(&self.ours))
    }
}

fn differences(case: &str, peer: Peer, ours: &Trace, theirs: &Trace) -> Vec<Difference> {
    let mut all = Vec::new();
    for up in 0..ours.len().max(theirs.len()) {
        let [our_span, their_span] = [ours, theirs].map(|trace| from_below(trace, up));
        let mut differs = |tag: &str, ours: Option<String>, theirs: Option<String>| {
            all.push(Difference {
                case: case.to_owned(),
                peer,
                span: our_span.or(their_span).unwrap()["(name)"].clone(),
                tag: tag.to_owned(),
                kind: match (&ours, &theirs) {
                    (_, None) => Kind::Lacks,
                    (None, _) => Kind::Adds,
                    _ => Kind::Other,
                },
                ours,
                theirs,
            });
        };
        let (Some(one), Some(other)) = (our_span, their_span) else {
            let name = |span: Option<&Span>| span.map(|span| span["(name)"].clone());
            differs("(span)", name(our_span), name(their_span));
            continue;
        };
        let tags: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
        for tag in tags {
            let (ours, theirs) = (one.get(tag), other.get(tag));
            if ours != theirs {
                differs(tag, ours.cloned(), theirs.cloned());
            }
        }
    }
    all
}

/// A row of the table.
struct Row {
    text: String,
    spans: Vec<String>,
    tags: Vec<String>,
    cases: Vec<String>,
    says: BTreeMap<Peer, Kind>,
}

impl Row {
    fn parse(text: &str) -> Self {
        let cells: Vec<&str> = text.trim_matches('|').split(" | ").map(str::trim).collect();
        let [spans, tags, cases, python, node, reason] = cells[..] else {
            panic!("`{text}` has not six cells")
        };
        assert!(!reason.is_empty(), "`{text}` gives no reason");
        let names = |cell: &str| -> Vec<String> {
            let names = cell.split(", ").map(|name| name.trim_matches('`'));
            names.map(str::to_owned).collect()
        };
        let said = PEERS.into_iter().zip([python, node]);
        Self {
            text: text.to_owned(),
            spans: names(spans),
            tags: names(tags),
            cases: names(cases),
            says: said
                .filter_map(|(peer, cell)| Some((peer, kind(cell)?)))
                .collect(),
        }
    }

    /// The words of the row that name the difference, if the row explains it.
    fn explains<'a>(&'a self, difference: &Difference) -> Option<[&'a str; 4]> {
        let (peer, kind) = self.says.get_key_value(&difference.peer)?;
        if *kind != difference.kind {
            return None;
        }
        let named = |names: &'a [String], name: &str| {
            let mut names = names.iter();
            names.find(|one| matches(one, name)).map(String::as_str)
        };
        Some([
            peer.name(),
            named(&self.spans, &difference.span)?,
            named(&self.tags, &difference.tag)?,
            named(&self.cases, &difference.case)?,
        ])
    }

    /// All its words.
    fn words(&self) -> impl Iterator<Item = &str> {
        let names = [&self.spans, &self.tags, &self.cases];
        let names = names.into_iter().flatten().map(String::as_str);
        names.chain(self.says.keys().map(|peer| peer.name()))
    }
}

/// The kind of difference that a peer's cell names with its first word.
fn kind(cell: &str) -> Option<Kind> {
    match cell.split([' ', ',', ':']).next() {
        Some("–") => None,
        Some("lacks") => Some(Kind::Lacks),
        Some("adds") => Some(Kind::Adds),
        _ => Some(Kind::Other),
    }
}

/// A name, or the beginning of names before a `*`.
fn matches(pattern: &str, name: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => name.starts_with(beginning),
        None => name == pattern,
    }
}

fn table() -> Vec<Row> {
    let text = fs::read_to_string(folder().join("differences.md")).unwrap();
    let rows = text.lines().filter(|line| line.starts_with("| `"));
    rows.map(Row::parse).collect()
}

#[tokio::test]
async fn every_difference_is_in_the_table_and_every_word_of_the_table_is_needed() {
    let (ours, frozen, table) = (ours::traces().await, frozen(), table());
    let mut problems = Vec::new();
    let mut needed: BTreeSet<(usize, &str)> = BTreeSet::new();
    let differences = ours.iter().flat_map(|(case, trace)| {
        let peers = frozen[case].iter();
        peers.flat_map(move |(peer, theirs)| differences(case, *peer, trace, theirs))
    });
    for difference in differences {
        let rows = table.iter().enumerate();
        let explained: Vec<_> = rows
            .filter_map(|(at, row)| Some((at, row.explains(&difference)?)))
            .collect();
        if explained.is_empty() {
            problems.push(difference.to_string());
        }
        for (at, words) in explained {
            needed.extend(words.map(|word| (at, word)));
        }
    }
    for (at, row) in table.iter().enumerate() {
        let idle = row.words().filter(|word| !needed.contains(&(at, *word)));
        problems.extend(idle.map(|word| format!("`{word}` explains nothing: {}", row.text)));
    }
    assert_none(&problems);
}
