//! How long texts may be, in bytes.
//!
//! The agent cuts what is longer, so it would travel in vain (`pkg/trace/agent/truncator.go`).

pub(super) const NAME_LIMIT: usize = 100;
pub(super) const RESOURCE_LIMIT: usize = 5_000;
pub(super) const VALUE_LIMIT: usize = 25_000;
pub(super) const KEY_LIMIT: usize = 200;
