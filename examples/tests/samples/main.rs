//! The programs of `examples/examples`, run as their readers run them.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test, as its own lines do"
)]

mod costs;
mod datadog;
mod guide;
mod invocation;
mod pages;
mod producers;
mod sample;
