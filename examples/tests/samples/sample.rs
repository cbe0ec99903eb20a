//! A sample's process.

use std::path::PathBuf;
use std::process::Command;

/// A sample's output, and the report about it.
pub(crate) struct Run {
    pub(crate) printed: String,
    pub(crate) told: String,
}

/// Runs the example `name` with `arguments` to its end.
pub(crate) fn run(name: &str, arguments: &[&str]) -> Run {
    let output = Command::new(program(name))
        .args(arguments)
        .env_remove("AWS_LAMBDA_RUNTIME_API")
        .env_remove("DD_TRACE_AGENT_URL")
        .output()
        .unwrap();
    let run = Run {
        printed: String::from_utf8(output.stdout).unwrap(),
        told: String::from_utf8(output.stderr).unwrap(),
    };
    assert!(
        output.status.success(),
        "{name}: {}{}",
        run.printed,
        run.told
    );
    run
}

/// Where `cargo test` puts the examples that it builds with the tests; it has no variable for them.
fn program(name: &str) -> PathBuf {
    let pipeline = PathBuf::from(env!("CARGO_BIN_EXE_pipeline"));
    let program = pipeline.with_file_name("examples").join(name);
    assert!(
        program.exists(),
        "{} is missing; write `cargo test -p examples`, without naming targets, or `cargo build -p examples --examples` before",
        program.display()
    );
    program
}

impl Run {
    /// The ids of the traces that the sample made, 32 digits each.
    pub(crate) fn traces(&self) -> Vec<&str> {
        let ids = self
            .told
            .lines()
            .filter_map(|line| line.strip_prefix("trace "));
        ids.map(|line| line.split(' ').next().unwrap()).collect()
    }

    /// The only trace.
    pub(crate) fn trace(&self) -> &str {
        let [trace] = self.traces()[..] else {
            panic!("not one trace: {}", self.told);
        };
        trace
    }
}
