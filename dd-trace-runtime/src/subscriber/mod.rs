//! What a `tracing` subscriber is composed of: spans below `aws.lambda`, and log lines with their ids.

mod spans;
mod tracer;

pub use spans::{tracing_layer, tracing_layer_with};
