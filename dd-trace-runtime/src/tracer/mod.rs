//! The tracer provider behind every span: ours, which implements OpenTelemetry's API, or the user's.
//!
//! - In: the settings, and spans that start, change and end.
//! - Out: finished spans handed to [`export`](crate::export), or all of them to the user's provider.
//! - Next: [`telemetry`](crate::telemetry), which holds the provider that is in force.

pub(crate) mod any;
pub(crate) mod id_generator;
pub(crate) mod invocation;
mod limits;
mod open_span;
mod own;
pub(crate) mod provider;
#[cfg(feature = "tracing")]
pub(crate) mod same_span;
mod span;
#[cfg(test)]
mod tests;
mod trace;
pub(crate) mod user_provider;
