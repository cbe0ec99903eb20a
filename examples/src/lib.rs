//! Four functions in one trace: `checkout` tells `fulfil` through a queue and `notify` over MQTT; `fulfil` starts a
//! state machine that runs `ship`.
//!
//! `cargo run -p examples` runs all four on this machine and shows their trace.
//!
//! `examples/examples` has programs about a single subject each: `cargo run -p examples --example NAME`.

#![allow(
    clippy::unused_async,
    reason = "a handler is async even if it waits for nothing"
)]

pub mod checkout;
mod client;
mod extractors;
pub mod fulfil;
pub mod local;
pub mod mqtt;
pub mod notify;
mod outlet;
pub mod pipeline;
pub mod ship;

pub use client::MyCustomClient;
