//! `#[derive(TracedPayload)]` beside serde's own derive: the same JSON, and the trace context after it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers included"
)]
#![allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls its functions with references"
)]

mod attributes;
mod compare;
mod enums;
mod generics;
mod nesting;
mod reading;
