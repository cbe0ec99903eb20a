//! Through the services: our producer → a stand-in for AWS on this machine → our function as Lambda invokes it →
//! Datadog's APM test agent, with Datadog's libraries for Python at one end or the other.
//!
//! Each test has servers of its own, so its agent holds only its trace.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]
#![allow(clippy::large_futures, reason = "the SDK's futures are")]

mod eventbridge;
mod function;
mod http;
mod kinesis;
mod lambda;
mod lambda_service;
mod language;
mod local_aws;
mod pair;
mod pointers;
mod producer;
mod received;
mod sns;
mod sqs;
mod stage;
mod step_functions;
