//! The guide shows programs that run.

use std::path::Path;

/// Programs of which a page shows parts.
struct Programs {
    /// The beginning of a line that names the program, before its block.
    mark: &'static str,
    /// The language of the blocks.
    language: &'static str,
    folder: &'static str,
}

const EXAMPLES: Programs = Programs {
    mark: "\n`--example ",
    language: "\n",
    folder: "examples",
};
const RECIPES: Programs = Programs {
    mark: "\n`recipe ",
    language: "rust,ignore\n",
    folder: "recipes/src/bin",
};
const DURABLE: Programs = Programs {
    mark: "\n`durable ",
    language: "rust,ignore\n",
    folder: "durable/src/bin",
};

impl Programs {
    /// The blocks of a page, in order, without hidden lines.
    fn blocks(&self, page: &str) -> Vec<String> {
        let fences = page.split("\n```").collect::<Vec<_>>();
        let inside = fences.iter().skip(1).step_by(2);
        let blocks = inside.filter_map(|block| block.strip_prefix(self.language));
        let shown = |line: &&str| *line != "#" && !line.starts_with("# ");
        blocks
            .map(|block| block.lines().filter(shown).collect::<Vec<_>>().join("\n"))
            .collect()
    }

    /// Asserts that every line of a block is in the program named before it, in order.
    fn compare(&self, page: &str) {
        let names = page.match_indices(self.mark).map(|(at, mark)| {
            let (name, _) = page[at + mark.len()..].split_once('`').unwrap();
            name
        });
        let names: Vec<&str> = names.collect();
        let blocks = self.blocks(page);
        assert_eq!(names.len(), blocks.len(), "{names:?}");
        for (name, block) in names.into_iter().zip(blocks) {
            let file = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(self.folder)
                .join(format!("{name}.rs"));
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
}

#[test]
fn the_page_of_producers_shows_the_programs_that_run() {
    EXAMPLES.compare(include_str!(
        "../../../dd-trace-runtime/src/guide/producers.md"
    ));
}

#[test]
fn the_page_of_samples_shows_the_programs_that_run() {
    EXAMPLES.compare(include_str!(
        "../../../dd-trace-runtime/src/guide/samples.md"
    ));
}

#[test]
fn the_page_of_recipes_shows_the_programs_that_compile() {
    RECIPES.compare(include_str!(
        "../../../dd-trace-runtime/src/guide/recipes.md"
    ));
}

#[test]
fn the_page_of_durable_functions_shows_the_function_that_runs() {
    DURABLE.compare(include_str!(
        "../../../dd-trace-runtime/src/guide/durable.md"
    ));
}
