//! The functions with programs that others have made.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail the test, as its own lines do"
)]

mod apm_test_agent;
mod cargo_lambda;
mod mqtt;
