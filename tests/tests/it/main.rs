//! Functions as processes, against an embedded Lambda Runtime API and agent.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]

mod cold_start;
mod composed;
mod concurrent;
mod data_streams;
mod delivery;
mod extractors;
mod failures;
#[path = "../bounds/families.rs"]
mod families;
mod harness;
mod host;
mod host_shutdown;
mod http;
mod mute;
mod outcome;
mod outside;
mod propagation;
mod readme;
mod responses;
mod sampling;
mod sigterm;
mod small;
mod span;
mod starts;
mod streaming;
mod timeout;
