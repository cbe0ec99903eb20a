//! The function under test, packed for Lambda.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use aws_sdk_lambda::types::Runtime;

use crate::language::{Language, PYTHON};
use tests_support::{command, installed};

/// A function's package, and how Lambda runs it.
#[derive(Debug)]
pub(crate) struct Code {
    pub(crate) package: Vec<u8>,
    pub(crate) runtime: Runtime,
    pub(crate) handler: &'static str,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

/// More settings for Datadog's library for Python. Without them it makes a span of each module that it imports.
const IN_PYTHON: [(&str, &str); 4] = [
    ("DD_COLD_START_TRACING", "false"),
    ("DD_ENHANCED_METRICS", "false"),
    ("DD_FLUSH_TO_LOG", "true"),
    ("DD_LAMBDA_HANDLER", "consumer.handler"),
];

impl Code {
    pub(crate) fn of(consumer: Language) -> Self {
        match consumer {
            Language::Rust => Self::rust(),
            Language::Python => Self::python(),
        }
    }

    /// `src/bin/consumer.rs`, stripped.
    fn rust() -> Self {
        static PACKAGE: OnceLock<Vec<u8>> = OnceLock::new();
        let package = PACKAGE.get_or_init(|| {
            let mut strip = Command::new("strip");
            strip.args(["-o", "bootstrap", env!("CARGO_BIN_EXE_consumer")]);
            pack("bootstrap", strip)
        });
        Self {
            package: package.clone(),
            runtime: Runtime::Providedal2023,
            handler: "bootstrap",
            environment: Vec::new(),
        }
    }

    /// `consumer.py`, under Datadog's library as it is installed on this machine.
    fn python() -> Self {
        static PACKAGE: OnceLock<Vec<u8>> = OnceLock::new();
        let package = PACKAGE.get_or_init(|| {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/services/consumer.py");
            let mut copy = Command::new("cp");
            copy.arg(script).arg("consumer.py");
            pack("consumer.py", copy)
        });
        Self {
            package: package.clone(),
            runtime: Runtime::Python311,
            handler: "datadog_lambda.handler.handler",
            environment: PYTHON.into_iter().chain(IN_PYTHON).collect(),
        }
    }
}

/// A ZIP file with one file, which a command makes.
fn pack(file: &str, mut make: Command) -> Vec<u8> {
    let name = format!("package-{}-{file}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let mut zip = command(installed("python"));
    zip.args(["-m", "zipfile", "-c", "package.zip", file]);
    for command in [&mut make, &mut zip] {
        let status = command.current_dir(&folder).status();
        let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}; run `.ci/peers`"));
        assert!(status.success(), "{command:?}: {status}");
    }
    let package = std::fs::read(folder.join("package.zip")).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    package
}
