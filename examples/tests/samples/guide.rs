//! The guide shows the programs that run.

use std::path::Path;

/// The blocks of Rust in a page, in order, without the lines that it hides.
fn blocks(page: &str) -> Vec<String> {
    let fences = page.split("\n```").collect::<Vec<_>>();
    let inside = fences.iter().skip(1).step_by(2);
    let rust = inside.filter_map(|block| block.strip_prefix('\n'));
    let shown = |line: &&str| *line != "#" && !line.starts_with("# ");
    rust.map(|block| block.lines().filter(shown).collect::<Vec<_>>().join("\n"))
        .collect()
}

/// Each block comes after the name of the example that it is from: every line of it stands there, in order.
fn compare(page: &str) {
    let names = page.match_indices("\n`--example ").map(|(at, mark)| {
        let (name, _) = page[at + mark.len()..].split_once('`').unwrap();
        name
    });
    let names: Vec<&str> = names.collect();
    let blocks = blocks(page);
    assert_eq!(names.len(), blocks.len(), "{names:?}");
    for (name, block) in names.into_iter().zip(blocks) {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.rs"));
        let program = std::fs::read_to_string(file).unwrap();
        let mut lines = program.lines();
        for line in block.lines().filter(|line| !line.is_empty()) {
            assert!(
                lines.any(|other| other == line),
                "{name} has no line {line:?} there"
            );
        }
    }
}

#[test]
fn the_page_of_producers_shows_the_programs_that_run() {
    compare(include_str!(
        "../../../dd-trace-runtime/src/guide/producers.md"
    ));
}

#[test]
fn the_page_of_samples_shows_the_programs_that_run() {
    compare(include_str!(
        "../../../dd-trace-runtime/src/guide/samples.md"
    ));
}
