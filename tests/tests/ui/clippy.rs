//! What clippy reports about items under the macros.

use std::fs;

use super::elsewhere::{cases, messages};

/// Compares every case of `directory` with its comments: `//~ lint` at the end of a line means that clippy reports
/// that lint once on that line.
pub(crate) fn compare(directory: &str) {
    let cases = cases(directory);
    let mut found: Vec<(String, u64, String)> = Vec::new();
    for message in messages("lints", &cases, "clippy") {
        let Some(lint) = message["message"]["code"]["code"].as_str() else {
            continue;
        };
        let spans = message["message"]["spans"].as_array().unwrap();
        let main = spans.iter().find(|span| span["is_primary"] == true);
        let name = message["target"]["name"].as_str().unwrap().to_owned();
        let place = main.unwrap()["line_start"].as_u64().unwrap();
        found.push((name, place, lint.trim_start_matches("clippy::").to_owned()));
    }
    let mut expected: Vec<(String, u64, String)> = Vec::new();
    for (name, path) in &cases {
        let text = fs::read_to_string(path).unwrap();
        for (line, number) in text.lines().zip(1..) {
            let lints = line.split_once("//~").map_or("", |(_, lints)| lints);
            let lints = lints.split_whitespace();
            expected.extend(lints.map(|lint| (name.clone(), number, lint.to_owned())));
        }
    }
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}
