//! The tracer provider: ours, or the user's.

use std::fmt;
use std::sync::Arc;

use opentelemetry::Context;
use opentelemetry::trace::TracerProvider;

use super::any::AnyTracer;
use super::id_generator::DatadogIdGenerator;
use super::user_provider::UserProvider;
use crate::config::Config;
use crate::context::propagation::BaggageTags;
use crate::export::{Exporter, SpanData};
use crate::sampler::Sampler;

/// The provider that makes the ids and sends the spans.
#[derive(Debug)]
pub(crate) enum Source {
    Own(OwnProvider),
    User(Box<dyn UserProvider>),
}

impl Source {
    pub(crate) fn own(&self) -> Option<&OwnProvider> {
        match self {
            Self::Own(own) => Some(own),
            Self::User(_) => None,
        }
    }

    /// A tracer with this name.
    pub(crate) fn tracer(&self, name: &'static str) -> AnyTracer {
        match self {
            Self::Own(own) => AnyTracer::Own(own.tracer(name)),
            Self::User(user) => AnyTracer::User(Arc::new(user.tracer(name))),
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

/// Our own provider, with the parts that the rest of the library uses. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct OwnProvider {
    pub(crate) exporter: Arc<Exporter>,
    pub(crate) ids: DatadogIdGenerator,
    pub(super) pipeline: Arc<Pipeline>,
}

/// What spans need from their start to their end.
#[derive(Debug)]
pub(super) struct Pipeline {
    pub(super) ids: DatadogIdGenerator,
    pub(super) sampler: Sampler,
    pub(super) exporter: Arc<Exporter>,
    pub(super) observer: Option<Box<dyn Observer>>,
    pub(super) baggage_tags: BaggageTags,
}

/// Notified of each span that starts.
pub(crate) trait Observer: fmt::Debug + Send + Sync {
    fn started(&self, span: &SpanData, parent: &Context);
}

impl OwnProvider {
    pub(crate) fn new(config: &Config) -> Self {
        Self::build(config, DatadogIdGenerator::new(config), None)
    }

    /// Notifies `observer` of each span.
    #[cfg(feature = "testing")]
    pub(crate) fn observed(config: &Config, observer: impl Observer + 'static) -> Self {
        Self::build(
            config,
            DatadogIdGenerator::new(config),
            Some(Box::new(observer)),
        )
    }

    fn build(
        config: &Config,
        ids: DatadogIdGenerator,
        observer: Option<Box<dyn Observer>>,
    ) -> Self {
        // With an observer the spans stay in this process.
        let exporter = if observer.is_some() {
            Exporter::new(config)
        } else {
            Exporter::with_relief(config)
        };
        let exporter = Arc::new(exporter);
        let process = config.sampled_process();
        let pipeline = Pipeline {
            ids: ids.clone(),
            sampler: Sampler::new(&config.sampling, process, exporter.rates()),
            exporter: Arc::clone(&exporter),
            observer,
            baggage_tags: config.propagation.baggage_tags.clone(),
        };
        Self {
            exporter,
            ids,
            pipeline: Arc::new(pipeline),
        }
    }

    /// The provider in a copy of the process, with a new exporter.
    #[cfg(test)]
    pub(crate) fn copied(&self, config: &Config) -> Self {
        Self::build(config, self.ids.copied(), None)
    }
}
