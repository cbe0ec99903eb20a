//! Functions and hosts as processes, whose spans go through Datadog's own tracer for Rust.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod delivery;
mod events;
mod harness;
mod propagation;
mod readme;
mod spans;
