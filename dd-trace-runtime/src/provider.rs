//! The tracer provider: ours, or the user's.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry_sdk::trace::{SdkTracerProvider, TracerProviderBuilder};

use crate::config::Config;
use crate::export::Exporter;
use crate::id_generator::DatadogIdGenerator;
use crate::log;
use crate::processor::Processor;
use crate::sampler::Sampler;

/// How many attributes, and how many links, a span may have. The SDK would drop without a word what is
/// beyond 128, which a captured payload and a batch that was written by many go beyond.
const MAX_PER_SPAN: u32 = 4_096;

/// The parts of our own provider that a process needs to get at.
#[derive(Debug)]
pub(crate) struct OwnProvider {
    pub(crate) exporter: Arc<Exporter>,
    pub(crate) ids: DatadogIdGenerator,
}

impl OwnProvider {
    pub(crate) fn new(config: &Config) -> Self {
        Self {
            exporter: Arc::new(Exporter::new(config)),
            ids: DatadogIdGenerator::new(config),
        }
    }

    pub(crate) fn builder(&self, config: &Config) -> TracerProviderBuilder {
        SdkTracerProvider::builder()
            .with_sampler(Sampler::new(config, self.exporter.rates()))
            .with_id_generator(self.ids.clone())
            .with_max_attributes_per_span(MAX_PER_SPAN)
            .with_max_links_per_span(MAX_PER_SPAN)
            .with_span_processor(Processor::new(self.exporter.clone()))
    }

    /// The one in the copy of a process, save that its exporter has sent nothing.
    #[cfg(test)]
    pub(crate) fn copied(&self, config: &Config) -> Self {
        Self {
            ids: self.ids.copied(),
            ..Self::new(config)
        }
    }
}

/// A provider's flush blocks, so it has a thread of its own; what doesn't end in time goes on there.
/// Returns whether it has ended well.
pub(crate) async fn flush_provider(provider: SdkTracerProvider, within: Duration) -> bool {
    let flush = tokio::task::spawn_blocking(move || provider.force_flush());
    match tokio::time::timeout(within, flush).await {
        Ok(Ok(Ok(()))) => return true,
        Ok(Ok(Err(error))) => log::warn!("the tracer provider could not flush: {error}"),
        Ok(Err(error)) => log::warn!("the tracer provider's flush panicked: {error}"),
        Err(_) => {
            log::warn!("the tracer provider's flush took longer than {within:?}; it goes on");
        }
    }
    false
}
