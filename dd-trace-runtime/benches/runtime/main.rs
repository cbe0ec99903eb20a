//! What this crate does within an invocation, beside what serde does with the same bytes.
//!
//! `cargo bench -p dd-trace-runtime [-- FILTER]`. Whole processes are measured in `bench/`.

#![allow(
    clippy::unwrap_used,
    reason = "a benchmark whose input is wrong has nothing to measure"
)]

#[cfg(all(feature = "aws-kinesis", feature = "aws-sqs"))]
mod aws;
mod events;
mod extraction;
mod injection;
mod invocation;
mod payload;

fn main() {
    divan::main();
}
