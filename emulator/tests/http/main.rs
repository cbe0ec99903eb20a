//! The servers over real HTTP.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test, as its own lines do"
)]

mod agent;
mod client;
mod messages;
mod runtime_api;
mod streaming;
mod watch;
