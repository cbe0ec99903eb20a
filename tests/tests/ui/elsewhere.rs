//! Compares the cases with a rustc whose messages differ from those on file.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

/// The parts of an error that every rustc reports alike.
#[derive(Debug, PartialEq, Eq)]
struct Mistake {
    /// Where the main caret is.
    line: u64,
    /// The message, if it is ours.
    words: Option<String>,
}

type Mistakes = BTreeMap<String, Vec<Mistake>>;

/// Compares every case of `directory` with its `.stderr`.
pub(crate) fn compare(directory: &str) {
    let cases = cases(directory);
    let found = compile(&cases);
    let mut differences = String::new();
    for (name, path) in &cases {
        let blessed = blessed(&path.with_extension("stderr"));
        let found = found.get(name).map_or(&[][..], Vec::as_slice);
        if blessed != found {
            let _ = writeln!(
                differences,
                "{name}:\n  on file {blessed:?}\n  here    {found:?}"
            );
        }
    }
    assert!(differences.is_empty(), "{differences}");
}

pub(crate) fn cases(directory: &str) -> BTreeMap<String, PathBuf> {
    let files = fs::read_dir(directory).unwrap();
    let paths = files.map(|file| file.unwrap().path());
    paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| (name(&path), path))
        .collect()
}

fn name(case: &Path) -> String {
    case.file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The errors of each case.
fn compile(cases: &BTreeMap<String, PathBuf>) -> Mistakes {
    let mut mistakes = Mistakes::new();
    for message in messages("ui", cases, "check") {
        if let Some(mistake) = mistake(&message["message"]) {
            let name = message["target"]["name"].as_str().unwrap().to_owned();
            mistakes.entry(name).or_default().push(mistake);
        }
    }
    mistakes
}

/// The messages of a cargo command for a package that has every case as a binary.
pub(crate) fn messages(
    package: &str,
    cases: &BTreeMap<String, PathBuf>,
    command: &str,
) -> Vec<Value> {
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join(package);
    fs::create_dir_all(&package).unwrap();
    fs::write(package.join("Cargo.toml"), manifest(cases)).unwrap();
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    fs::copy(workspace.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();

    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args([command, "--bins", "--keep-going", "--offline"])
        .args(["--message-format=json", "--quiet"])
        .env("RUSTFLAGS", "-A dead_code")
        // With incremental builds, a lint that sees the same tokens twice reports them twice.
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TARGET_DIR", package.join("target"))
        .current_dir(&package)
        .output()
        .unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(
        stdout.contains(r#""reason":"build-finished""#),
        "cargo ended early: {} {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let messages = stdout.lines().map(serde_json::from_str);
    messages.collect::<Result<_, _>>().unwrap()
}

#[allow(
    clippy::unnecessary_debug_formatting,
    reason = "a path in quotes, with its escapes, is as TOML wants it"
)]
fn manifest(cases: &BTreeMap<String, PathBuf>) -> String {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let runtime = tests.parent().unwrap().join("dd-trace-runtime");
    let mut manifest = format!(
        r#"
[package]
name = "ui"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
dd-trace-runtime = {{ path = '{}' }}
lambda_runtime = {{ version = "1.5", default-features = false, features = ["concurrency-tokio"] }}
serde = {{ version = "1", features = ["derive"] }}
serde_json = "1"
tokio = {{ version = "1", default-features = false, features = ["rt-multi-thread", "macros"] }}
"#,
        runtime.display()
    );
    for (name, path) in cases {
        let path = tests.join(path);
        let path = path.display();
        write!(manifest, "\n[[bin]]\nname = '{name}'\npath = '{path}'\n").unwrap();
    }
    manifest
}

/// The mistake in a message of rustc, if it is an error with a place.
fn mistake(message: &Value) -> Option<Mistake> {
    if message["level"] != "error" {
        return None;
    }
    let spans = message["spans"].as_array()?;
    let mut main = spans.iter().find(|span| span["is_primary"] == true)?;
    // In the expansion of a macro such as `println`, the place is where the user called it.
    while main["expansion"].is_object() {
        main = &main["expansion"]["span"];
    }
    Some(Mistake {
        line: main["line_start"].as_u64()?,
        words: our_words(message["message"].as_str()?, !message["code"].is_null()),
    })
}

/// The errors in the text on file: `error[E0277]: words`, and below it ` --> file:line:column`.
fn blessed(stderr: &Path) -> Vec<Mistake> {
    let text = fs::read_to_string(stderr).unwrap();
    let mut mistakes = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some((code, words)) = line
            .strip_prefix("error")
            .and_then(|line| line.split_once(": "))
        else {
            continue;
        };
        let place = lines.find(|line| line.trim_start().starts_with("--> "));
        mistakes.push(Mistake {
            line: place.unwrap().rsplit(':').nth(1).unwrap().parse().unwrap(),
            words: our_words(words, !code.is_empty()),
        });
    }
    mistakes
}

/// Our messages into which rustc puts types, which it words itself.
const ASKED: [&str; 5] = [
    "cannot be used as an extractor",
    "this is not a traced handler",
    "a traced handler cannot take",
    "a traced handler cannot return",
    "a traced handler cannot fail with",
];

/// Messages of rustc that have no code on file, because lints have none there.
const RUSTC_S: [&str; 10] = [
    "cannot find attribute",
    "does not need to be mutable",
    "future cannot be sent between threads safely",
    "is never used",
    "should have a",
    "unnecessary parentheses",
    "unreachable statement",
    "unused return value",
    "unused variable",
    "use of deprecated",
];

fn our_words(message: &str, has_code: bool) -> Option<String> {
    let asked = ASKED.into_iter().find(|words| message.contains(words));
    let rustc_s = has_code || RUSTC_S.iter().any(|words| message.contains(words));
    asked
        .map(str::to_owned)
        .or_else(|| (!rustc_s).then(|| message.to_owned()))
}
