//! Serverless trace propagation for Datadog, in Rust.

mod carrier;
mod config;
mod propagation;
mod trace_context;

pub use carrier::Carrier;
pub use propagation::DatadogPropagator;
pub use trace_context::TraceContext;
