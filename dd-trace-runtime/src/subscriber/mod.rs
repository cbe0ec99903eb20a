//! The parts of a `tracing` subscriber: spans below `aws.lambda`, and log lines with their ids.

mod correlation;
mod logs;
mod spans;
#[cfg(test)]
mod tests;
mod tracer;

pub use correlation::LogCorrelation;
pub use logs::{log_layer, log_layer_with_writer};
pub use spans::{tracing_layer, tracing_layer_with};
