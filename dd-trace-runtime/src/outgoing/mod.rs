//! The active trace context on its way out of the function.
//!
//! - In: the span that is active while the handler runs.
//! - Out: its headers, by themselves ([`trace_headers`]), inside a serialised [`payload`], or in the answer of
//!   a Lambda [`authorizer`].
//! - Next: the consumer's [`extraction`](crate::extraction).

pub(crate) mod authorizer;
#[cfg(feature = "dsm")]
pub(crate) mod checkpoints;
pub(crate) mod payload;
pub(crate) mod trace_headers;
