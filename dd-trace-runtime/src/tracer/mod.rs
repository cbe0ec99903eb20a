//! The tracer provider behind every span: ours, or the user's.
//!
//! - In: the settings, and spans that start and end.
//! - Out: ids for new spans, and finished spans handed to [`export`](crate::export) or to the user's provider.
//! - Next: [`telemetry`](crate::telemetry), which holds the provider that is in force.

pub(crate) mod any;
pub(crate) mod id_generator;
mod limits;
mod open_span;
mod own;
pub(crate) mod provider;
mod span;
#[cfg(test)]
mod tests;
mod trace;
pub(crate) mod unfinished;
pub(crate) mod user_provider;
