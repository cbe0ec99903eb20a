//! Helpers that several test crates share.
//!
//! A `FunctionProcess` is a Lambda function as a process. A `Peer` is a program that `.ci/peers` has installed, and
//! `TestAgent` is one of them: Datadog's APM test agent. Each ends when it is dropped. Every failure
//! panics, because a test is waiting for it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
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
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub use function::FunctionProcess;
#[cfg(feature = "peers")]
pub use peer::{Peer, command, installed, peers, workspace};
#[cfg(feature = "peers")]
pub use test_agent::{CHECKS, TestAgent};

/// Far longer than anything that works takes.
pub const LIMIT: Duration = Duration::from_secs(60);

/// Waits for `future`, and panics after [`LIMIT`] with a message that names `what`.
pub async fn within_limit<T>(what: &str, future: impl Future<Output = T>) -> T {
    within(LIMIT, what, future).await
}

/// As [`within_limit`], with another limit.
pub async fn within<T>(limit: Duration, what: &str, future: impl Future<Output = T>) -> T {
    let within = tokio::time::timeout(limit, future).await;
    within.unwrap_or_else(|_| panic!("{what} took longer than {limit:?}"))
}

/// A port on which nothing listens. No call gives a port twice, and the ports are below those that Linux gives to
/// connections (from 32,768), so that none of these takes the port before its server does.
#[must_use]
pub fn free_port() -> u16 {
    const PORTS: Range<u32> = 16_384..32_768;
    static CALLS: AtomicU32 = AtomicU32::new(0);
    // Processes that run at the same time start their search at different ports.
    let start = std::process::id().wrapping_mul(64);
    let free = PORTS.clone().find_map(|_| {
        let call = start.wrapping_add(CALLS.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(PORTS.start + call % (PORTS.end - PORTS.start)).ok()?;
        TcpListener::bind(("127.0.0.1", port)).ok().map(|_| port)
    });
    free.expect("a port is free")
}
