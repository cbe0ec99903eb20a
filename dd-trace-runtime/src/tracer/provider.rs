//! The tracer provider: ours, or the user's.

use std::sync::Arc;

use opentelemetry_sdk::trace::{SdkTracerProvider, TracerProviderBuilder};

use super::id_generator::DatadogIdGenerator;
use super::processor::Processor;
use super::user_provider::UserProvider;
use crate::config::Config;
use crate::export::Exporter;
use crate::sampler::Sampler;

/// How many attributes, and how many links, a span may have. The SDK would drop without a word what is
/// beyond 128, which a captured payload and a batch that was written by many go beyond.
const MAX_PER_SPAN: u32 = 4_096;

/// Who makes the ids and sends the spans.
#[derive(Debug)]
pub(crate) enum Source {
    Own(OwnProvider),
    User(UserProvider),
}

impl Source {
    pub(crate) fn own(&self) -> Option<&OwnProvider> {
        match self {
            Self::Own(own) => Some(own),
            Self::User(_) => None,
        }
    }

    /// Whether the global propagator is one that came with the provider.
    pub(crate) fn has_propagator(&self) -> bool {
        match self {
            Self::Own(_) => false,
            Self::User(user) => user.has_propagator(),
        }
    }
}

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
        let process = config.sampled_process();
        let sampler = Sampler::new(&config.sampling, process, self.exporter.rates());
        SdkTracerProvider::builder()
            .with_sampler(sampler)
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
