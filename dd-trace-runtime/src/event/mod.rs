//! The event as Lambda delivered it, read where it stands.
//!
//! - In: the bytes of one invocation.
//! - Out: [`raw::RawEvent`], and from it the [`trigger`], the [`members`] that detection reads and the
//!   [`durable_execution`] that the invocation belongs to.
//! - Next: [`extraction`](crate::extraction), which finds the producer's trace context in the same bytes.

pub(crate) mod durable_execution;
pub(crate) mod members;
pub(crate) mod raw;
pub(crate) mod span_pointer;
pub(crate) mod trigger;
pub(crate) mod whole;
