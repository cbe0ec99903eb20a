//! The spans that the library makes for an invocation.
//!
//! - In: the parent and the trigger that [`extraction`](crate::extraction) found.
//! - Out: the `aws.lambda` span, above it the spans [`inferred`] from the trigger, below it the span of the cold
//!   start's [`load`].
//! - Next: [`invocation`](crate::invocation), which runs the handler inside them.

pub(crate) mod aws_lambda;
pub(crate) mod inferred;
mod load;
