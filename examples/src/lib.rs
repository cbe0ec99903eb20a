//! Four functions in one trace: `checkout` tells `fulfil` through a queue and `notify` over MQTT; `fulfil` has
//! `ship` run by a state machine.
//!
//! `cargo run -p examples` runs all four on this machine and shows their trace.
//!
//! In `examples/examples` are programs for a single subject each: `cargo run -p examples --example NAME`.

#![allow(
    clippy::unused_async,
    reason = "a handler is async whether it has to wait or not"
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
