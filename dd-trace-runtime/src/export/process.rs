//! What every chunk says about its process.

use std::sync::Arc;

use crate::config::Config;
use crate::config::process_tags::Git;
use crate::random::Random;
use crate::sampler::SpanSampler;

#[derive(Debug)]
pub(super) struct Process {
    /// The service of spans that name no service.
    pub(super) service: String,
    pub(super) env: Option<String>,
    pub(super) version: Option<String>,
    /// `DD_TAGS`.
    pub(super) tags: Arc<[(String, String)]>,
    pub(super) git: Git,
    /// `DD_SPAN_SAMPLING_RULES`.
    pub(super) span_sampler: Option<SpanSampler>,
    /// A UUID of version 4. It distinguishes processes with the same process id, which all sandboxes have.
    pub(super) runtime_id: String,
    pub(super) id: u32,
    pub(super) on_lambda: bool,
}

impl Process {
    pub(super) fn new(config: &Config) -> Self {
        Self {
            service: config.services.own().to_owned(),
            env: config.env.clone(),
            version: config.version.clone(),
            tags: Arc::clone(&config.tags),
            git: config.git.clone(),
            span_sampler: SpanSampler::new(&config.sampling, || config.sampled_process()),
            runtime_id: runtime_id(),
            id: std::process::id(),
            on_lambda: config.on_lambda(),
        }
    }
}

/// A new runtime id, which no copy of this process has.
pub(super) fn runtime_id() -> String {
    uuid(Random::from_system().u128())
}

/// The text of a UUID of version 4, variant 1 (RFC 9562), with these random bits.
fn uuid(random: u128) -> String {
    let bits = random & !(0xf << 76) & !(0b11 << 62) | (4 << 76) | (0b10 << 62);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        bits >> 96,
        (bits >> 80) & 0xffff,
        (bits >> 64) & 0xffff,
        (bits >> 48) & 0xffff,
        bits & 0xffff_ffff_ffff
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_runtime_id_is_a_uuid_of_version_4() {
        assert_eq!(uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
