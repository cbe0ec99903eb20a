//! How payloads are written in the formats that people use with serde, inside and outside a trace.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers included"
)]

#[macro_use]
mod format;

mod carried;
mod inside;
mod tokens;
mod trace;
