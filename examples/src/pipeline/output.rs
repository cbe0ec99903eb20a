//! Lines for whoever runs the pipeline.

use std::io::Write;

/// Writes to standard output; nobody may be reading any more, and then there is nobody to tell.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Writes to standard error.
pub(super) fn error_line(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
