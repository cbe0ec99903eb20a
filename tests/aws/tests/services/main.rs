//! Through the services, really: our producer → a stand-in for AWS on this machine → our function as Lambda
//! invokes it → Datadog's APM test agent, and Datadog's libraries for Python on the one end or the other.
//!
//! A test has servers of its own, so that all it finds in the agent is its trace.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]
#![allow(clippy::large_futures, reason = "those of the SDK are")]

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
