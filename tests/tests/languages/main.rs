//! Rust, Python and Node in one trace: our library between Datadog's own.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

mod chain;
mod documented;
mod forms;
mod hop;
