//! The spans of events of every source, compared with those of Datadog's libraries.
//!
//! `README.md` describes this folder.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

mod case;
mod differences;
mod ours;
mod peers;
mod process;
mod text;
mod trace;

/// Whether the files are to be rewritten: `SPANS=overwrite`.
fn overwrites() -> bool {
    std::env::var_os("SPANS").is_some_and(|mode| mode == "overwrite")
}

/// Fails with all problems, if there are any.
fn assert_none(problems: &[String]) {
    assert!(
        problems.is_empty(),
        "{} problems:\n{}",
        problems.len(),
        problems.join("\n")
    );
}
