//! The structure of `src`: a module uses only the modules above it in the list that opens `lib.rs`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A line of the list, with its place in it.
type Floors = Vec<Vec<String>>;

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The lines `//   name, name   what it is` of `lib.rs`.
fn floors(lib: &str) -> Floors {
    let lines = lib.lines().filter_map(|line| line.strip_prefix("//   "));
    lines
        .map(|line| {
            let names = line.split("  ").next().unwrap_or_default();
            names.split(", ").map(str::to_owned).collect()
        })
        .collect()
}

fn floor_of(floors: &Floors, name: &str) -> Option<usize> {
    floors
        .iter()
        .position(|names| names.iter().any(|listed| listed == name))
}

/// What a file's code names right after `crate::`, without its comments and its tests.
fn uses(source: &str) -> Vec<(usize, String)> {
    let code = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let mut found = Vec::new();
    for (at, line) in code.lines().enumerate() {
        if line.trim_start().starts_with("//") {
            continue;
        }
        for (start, _) in line.match_indices("crate::") {
            let after = &line[start + "crate::".len()..];
            let end = after.find(|c: char| !c.is_alphanumeric() && c != '_');
            found.push((at + 1, after[..end.unwrap_or(after.len())].to_owned()));
        }
    }
    found
}

/// What is wrong with one file of a module.
fn violations(floors: &Floors, module: &str, file: &str, source: &str) -> Vec<String> {
    let Some(own) = floor_of(floors, module) else {
        return vec![format!("{file}: `{module}` is not in the list of `lib.rs`")];
    };
    let mut wrong = Vec::new();
    for (line, name) in uses(source) {
        match floor_of(floors, &name) {
            _ if name == module => {}
            Some(floor) if floor < own => {}
            Some(_) => wrong.push(format!(
                "{file}:{line} uses `{name}`, which is not above `{module}`"
            )),
            None => wrong.push(format!(
                "{file}:{line} uses `crate::{name}`; name its module instead"
            )),
        }
    }
    wrong
}

/// The Rust files below a folder, without its tests.
fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_test = path.file_stem().is_some_and(|stem| stem == "tests");
        if path.is_dir() && !is_test {
            files.extend(sources(&path)?);
        } else if path.extension().is_some_and(|ending| ending == "rs") && !is_test {
            files.push(path);
        }
    }
    Ok(files)
}

#[test]
fn a_module_uses_only_the_modules_above_it() {
    let src = src();
    let floors = floors(&fs::read_to_string(src.join("lib.rs")).unwrap());
    assert!(floors.len() > 10, "`lib.rs` lists the modules: {floors:?}");
    let mut wrong = Vec::new();
    for file in sources(&src).unwrap() {
        let name = file.strip_prefix(&src).unwrap().display().to_string();
        let module = name.split(['/', '.']).next().unwrap_or_default();
        if !["lib", "test_log"].contains(&module) {
            let source = fs::read_to_string(&file).unwrap();
            wrong.extend(violations(&floors, module, &name, &source));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_folder_says_what_comes_in_what_goes_out_and_which_is_next() {
    let src = src();
    let lib = fs::read_to_string(src.join("lib.rs")).unwrap();
    let on_the_way = floors(&lib)
        .into_iter()
        .filter(|names| names.len() == 1)
        .flatten()
        .filter(|module| src.join(module).is_dir());
    for module in on_the_way {
        let text = fs::read_to_string(src.join(&module).join("mod.rs")).unwrap();
        for part in ["//! - In: ", "//! - Out: ", "//! - Next: "] {
            assert!(text.contains(part), "{module}/mod.rs has no `{part}`");
        }
    }
}

#[test]
fn a_use_of_a_module_below_is_found() {
    let floors = floors("//   log   lines\n//   context   headers\n//   run, aws   the loop\n");
    let source = "// crate::run\nuse crate::log;\nuse crate::context::Carrier;\n\
                  use crate::run::layer;\nuse crate::Telemetry;\n\
                  #[cfg(test)]\nmod tests {\n    use crate::run;\n}\n";
    assert_eq!(
        violations(&floors, "context", "context/mod.rs", source),
        [
            "context/mod.rs:4 uses `run`, which is not above `context`",
            "context/mod.rs:5 uses `crate::Telemetry`; name its module instead",
        ]
    );
    assert_eq!(
        violations(&floors, "garden", "garden/mod.rs", ""),
        ["garden/mod.rs: `garden` is not in the list of `lib.rs`"]
    );
}
