//! Three functions in one trace: `checkout` tells `fulfil` through a queue and `notify` through a topic.
//!
//! `cargo run -p examples` runs all three on this machine and shows their trace.

#![allow(
    clippy::unused_async,
    reason = "a handler is async whether it has to wait or not"
)]

pub mod checkout;
mod extractors;
pub mod fulfil;
pub mod notify;
pub mod pipeline;
