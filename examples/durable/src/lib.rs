//! What Lambda's service does for a durable function, as far as the function of this example needs it: it keeps the
//! checkpoints, and invokes the function again when a wait is over.

mod checkpoints;
mod execution;

pub use checkpoints::Checkpoints;
pub use execution::Execution;
