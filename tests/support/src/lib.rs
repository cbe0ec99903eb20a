//! What several test crates share.
//!
//! A `FunctionProcess` is a Lambda function as a process. A `Peer` is a program that `.ci/peers` has installed, and
//! `TestAgent` is one of them: Datadog's APM test agent. Each ends when it is dropped. Whatever goes wrong
//! panics, because a test is waiting for it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking, its helpers included"
)]

mod function;
#[cfg(feature = "peers")]
mod peer;
#[cfg(feature = "peers")]
mod test_agent;

use std::net::TcpListener;
use std::time::Duration;

pub use function::FunctionProcess;
#[cfg(feature = "peers")]
pub use peer::{Peer, command, installed, peers, workspace};
#[cfg(feature = "peers")]
pub use test_agent::{CHECKS, TestAgent};

/// Far longer than anything takes that works.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits for `future`; after [`LIMIT`], panics with `what` took too long.
pub async fn within_limit<T>(what: &str, future: impl Future<Output = T>) -> T {
    within(LIMIT, what, future).await
}

/// As [`within_limit`], with another limit.
pub async fn within<T>(limit: Duration, what: &str, future: impl Future<Output = T>) -> T {
    let within = tokio::time::timeout(limit, future).await;
    within.unwrap_or_else(|_| panic!("{what} took longer than {limit:?}"))
}

/// A port that was free a moment ago.
#[must_use]
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
