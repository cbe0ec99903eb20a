//! Each recipe runs as a function, and its trace is what the guide says of it.

#![allow(
    clippy::unwrap_used,
    reason = "helpers of tests fail the test, as its own lines do"
)]

mod function;
mod grpc;
mod http;
mod metrics;
mod otlp;
mod sqlx;
