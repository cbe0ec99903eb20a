//! The page of costs shows the counts that the benchmark has recorded, and those of `cargo tree`.
//!
//! `COSTS=overwrite` rewrites both tables.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The rows of the table below `head`, without the table's head.
fn rows<'a>(page: &'a str, head: &str) -> Vec<&'a str> {
    let below = page.lines().skip_while(|line| *line != head).skip(2);
    below.take_while(|line| line.starts_with('|')).collect()
}

/// Compares the rows of a table with those expected, or writes them.
fn compare(head: &str, expected: &[String]) {
    let path = workspace().join("dd-trace-runtime/src/guide/costs.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let rows = rows(&page, head);
    if std::env::var_os("COSTS").is_some_and(|mode| mode == "overwrite") {
        let (before, table) = page.split_once(head).unwrap();
        let kept = table.lines().skip(2 + rows.len());
        let rule = table.lines().nth(1).unwrap();
        let lines = [head, rule].into_iter().map(str::to_owned);
        let lines = lines.chain(expected.iter().cloned());
        let lines: Vec<String> = lines.chain(kept.map(str::to_owned)).collect();
        std::fs::write(path, format!("{before}{}\n", lines.join("\n"))).unwrap();
    } else {
        assert_eq!(rows, expected, "COSTS=overwrite writes it anew");
    }
}

/// Thousands, with a decimal if there are few.
fn thousands(count: u64) -> String {
    if count < 100_000 {
        return format!("{}.{}", count / 1_000, count % 1_000 / 100);
    }
    let rounded = (count + 500) / 1_000;
    if rounded < 1_000 {
        return rounded.to_string();
    }
    format!("{},{:03}", rounded / 1_000, rounded % 1_000)
}

#[test]
fn the_page_of_costs_shows_the_recorded_instructions() {
    let recorded = std::fs::read_to_string(workspace().join("bench/instructions.json")).unwrap();
    let rows = recorded.lines().filter_map(|line| {
        // The file has the benchmark's order, which a map of `serde_json` doesn't keep.
        line.strip_prefix("  \"")?.strip_suffix("\": {")
    });
    let counts: Value = serde_json::from_str(&recorded).unwrap();
    let rows: Vec<String> = rows
        .map(|event| {
            let count = |function: &str| counts[event][function].as_u64().unwrap();
            let bare = count("bare");
            let added = |function| thousands(count(function).saturating_sub(bare));
            let limit = counts[event].get("limit").map(|_| added("limit"));
            let cells = [thousands(bare), added("traced"), limit.unwrap_or_default()];
            format!("| {event} | {} |", cells.join(" | ")).replace("|  |", "| |")
        })
        .collect();
    compare(
        "| event | without tracing | tracing adds | at the least |",
        &rows,
    );
}

/// The crates of `dd-trace-runtime` with a feature, with their versions.
fn crates(feature: &str) -> BTreeSet<String> {
    let tree = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "-p",
            "dd-trace-runtime",
            "--features",
            feature,
        ])
        .args(["-e", "normal", "--prefix", "none", "--format", "{p}"])
        .args(["--target", "x86_64-unknown-linux-gnu"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(tree.status.success(), "{tree:?}");
    let tree = String::from_utf8(tree.stdout).unwrap();
    let name_and_version = |line: &str| {
        let words: Vec<&str> = line.split(' ').take(2).collect();
        words.join(" ")
    };
    tree.lines().map(name_and_version).collect()
}

const FEATURES: &str = "| feature | crates | what it is for |";

#[test]
fn the_page_of_costs_shows_the_crates_of_each_feature() {
    let page = include_str!("../../../dd-trace-runtime/src/guide/costs.md");
    let without = crates("");
    let rows: Vec<String> = rows(page, FEATURES)
        .into_iter()
        .map(|row| {
            let cells: Vec<&str> = row.split('|').map(str::trim).collect();
            let feature = cells[1].trim_matches('`');
            let added = crates(feature).difference(&without).count();
            format!("| `{feature}` | {added} | {} |", cells[3]).replace("|  |", "| |")
        })
        .collect();
    compare(FEATURES, &rows);
}
