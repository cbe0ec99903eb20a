//! Generated code under every lint, and next to names that it must not resolve to.
//!
//! `cargo clippy` checks this file, too.

#![deny(
    warnings,
    missing_docs,
    unused_qualifications,
    clippy::pedantic,
    unreachable_pub,
    single_use_lifetimes,
    trivial_casts,
    unused_lifetimes,
    variant_size_differences
)]

#[path = "hygiene/handlers.rs"]
pub mod handlers;
#[path = "hygiene/names.rs"]
pub mod names;
#[path = "hygiene/payloads.rs"]
pub mod payloads;

use dd_trace_runtime::RawEvent;
use lambda_runtime::{Context, LambdaEvent};

fn event(json: &str) -> LambdaEvent<RawEvent> {
    LambdaEvent::new(json.to_owned().into(), Context::default())
}
