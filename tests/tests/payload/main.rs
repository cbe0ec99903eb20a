//! Compares `#[derive(TracedPayload)]` with serde's derive: the same JSON, with the trace context at the end.

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
