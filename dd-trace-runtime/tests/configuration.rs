//! The page of configuration has a row for each variable that the source reads, and no other.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() && !is_test {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
            found.push(path);
        }
    }
    Ok(found)
}

fn is_variable(text: &str) -> bool {
    let is_ours = ["DD_", "OTEL_", "AWS_LAMBDA_", "RUST_LOG"]
        .iter()
        .any(|start| text.starts_with(start));
    let is_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    is_ours && text.bytes().all(is_name)
}

/// The names of variables among the literals of the code, without comments and tests.
fn read_by(source: &str) -> Vec<String> {
    let code = source.split("#[cfg(test)]\nmod tests {").next();
    let code = code.unwrap_or_default();
    let code = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split('"').skip(1).step_by(2))
        .filter(|text| is_variable(text))
        .map(str::to_owned)
        .collect()
}

#[test]
fn each_variable_has_a_row() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read: BTreeSet<String> = sources(&src)
        .unwrap()
        .iter()
        .flat_map(|file| read_by(&fs::read_to_string(file).unwrap()))
        .collect();
    // The longest names are HTML, so that a browser can break them.
    let page = include_str!("../src/guide/configuration.md")
        .replace("<wbr>", "")
        .replace("<code>", "`")
        .replace("</code>", "`");
    let rows = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let rows: Vec<String> = rows.map(|(name, _)| name.to_owned()).collect();
    let told: BTreeSet<String> = rows.iter().cloned().collect();
    assert_eq!(rows.len(), told.len(), "a variable has two rows");

    let missing: Vec<_> = read.difference(&told).collect();
    let stale: Vec<_> = told.difference(&read).collect();
    assert!(
        missing.is_empty() && stale.is_empty(),
        "src/guide/configuration.md: rows to add: {missing:?}, to take out: {stale:?}"
    );
}
