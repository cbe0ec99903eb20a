//! Lines for the person who runs the pipeline.

use std::io::Write;

/// Writes to standard output. Errors are ignored: if nobody reads any more, nobody can be told.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Writes to standard error.
pub(super) fn error_line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
