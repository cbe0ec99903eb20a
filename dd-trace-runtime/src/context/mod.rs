//! Trace context: what it is, what carries it, and how headers are read and written.
//!
//! - In: a [`carrier`] of headers.
//! - Out: a [`trace_context::TraceContext`], by way of the [`propagation`] styles; and the way back.
//! - Next: [`extraction`](crate::extraction), which says where in an event the carrier is, and
//!   [`outgoing`](crate::outgoing), which says where in a message it goes.

pub(crate) mod carrier;
pub(crate) mod header_text;
pub(crate) mod local_trace;
pub(crate) mod propagation;
mod propagation_tags;
pub(crate) mod trace_context;
