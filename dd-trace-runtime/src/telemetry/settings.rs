//! The settings and the parts that were made from them, for the rest of the library.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use opentelemetry::StringValue;

use super::Telemetry;
use super::cold_start::ColdStart;
use super::deadline;
#[cfg(unix)]
use super::process_stat::ProcessStat;
#[cfg(feature = "aws-dynamodb")]
use crate::config::dynamodb_keys::PrimaryKeys;
use crate::config::service_names::ServiceNames;
use crate::context::propagation::DatadogPropagator;
use crate::conventions::OwnTags;
use crate::extraction::Settings;
use crate::extraction::erased::{ErasedExtractor, choose};
use crate::handler::error_statuses::ErrorStatuses;
use crate::log;
use crate::sync::lock;
use crate::tracer::any::AnyTracer;

/// The function's name, for tags.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) name: StringValue,
    pub(crate) lower_case: StringValue,
}

impl Function {
    pub(super) fn new(name: &str) -> Self {
        Self {
            name: Arc::<str>::from(name).into(),
            lower_case: Arc::<str>::from(name.to_lowercase()).into(),
        }
    }
}

impl Telemetry {
    /// How long an extractor may take: as long as the settings allow, but it must leave time to report it.
    pub(crate) fn extractor_timeout(&self, deadline: SystemTime) -> Option<Duration> {
        let left = deadline::left(deadline).map(|left| left.saturating_sub(self.flush_deadline()));
        let allowed = self.0.config.extractor_timeout;
        [left, allowed].into_iter().flatten().min()
    }

    /// How long before the deadline the spans that have ended are sent.
    pub(crate) fn flush_deadline(&self) -> Duration {
        self.0.config.flush_deadline
    }

    pub(crate) fn enabled(&self) -> bool {
        self.0.config.enabled
    }

    /// Whether the process is a Lambda function.
    #[cfg(feature = "aws")]
    pub(crate) fn on_lambda(&self) -> bool {
        self.0.config.on_lambda()
    }

    /// Whether an authorizer passes its trace context on.
    pub(crate) fn encodes_authorizer(&self) -> bool {
        self.0.config.encode_authorizer
    }

    pub(crate) fn propagator(&self) -> &DatadogPropagator {
        &self.0.extraction.propagator
    }

    /// The settings of the built-in extraction.
    pub(crate) fn extraction(&self) -> &Settings {
        &self.0.extraction
    }

    pub(crate) fn tracer(&self) -> &AnyTracer {
        &self.0.tracer
    }

    /// The extractor of a handler, or the one of its set that `DD_TRACE_EXTRACTOR` names.
    pub(crate) fn choose(
        &self,
        extractor: &'static dyn ErasedExtractor,
    ) -> &'static dyn ErasedExtractor {
        let Some(wanted) = &self.0.config.extractor else {
            return extractor;
        };
        choose(extractor, wanted).unwrap_or_else(|reason| {
            self.0.no_such_extractor.call_once(|| {
                log::warn!("DD_TRACE_EXTRACTOR is `{wanted}`, but {reason}");
            });
            extractor
        })
    }

    /// Whether no extractor has returned `None` in this process before.
    pub(crate) fn is_first_none(&self) -> bool {
        !self.0.extractor_returned_none.swap(true, Ordering::Relaxed)
    }

    pub(crate) fn services(&self) -> &ServiceNames {
        &self.0.config.services
    }

    /// Whether spans are inferred from the event.
    pub(crate) fn infers_spans(&self) -> bool {
        self.0.config.managed_services
    }

    /// How deep the event and the response are captured; `None` if they aren't.
    pub(crate) fn capture_depth(&self) -> Option<usize> {
        self.0.config.capture_depth
    }

    /// Whether the start of the process has a span: Lambda must have started it for an invocation.
    pub(crate) fn shows_cold_start(&self) -> bool {
        let config = &self.0.config;
        config.cold_start_tracing && config.on_demand && config.on_lambda()
    }

    /// The statuses that are errors of the function's span and of the span of its trigger.
    pub(crate) fn server_error_statuses(&self) -> &ErrorStatuses {
        &self.0.config.server_error_statuses
    }

    /// The statuses that are errors of a request's span.
    #[cfg(feature = "tower")]
    pub(crate) fn client_error_statuses(&self) -> &ErrorStatuses {
        &self.0.config.client_error_statuses
    }

    pub(crate) fn adds_span_pointers(&self) -> bool {
        self.0.config.span_pointers
    }

    #[cfg(feature = "aws-dynamodb")]
    pub(crate) fn dynamodb_keys(&self) -> &PrimaryKeys {
        &self.0.config.dynamodb_keys
    }

    /// Whether log lines get the ids of their span.
    #[cfg(feature = "tracing")]
    pub(crate) fn adds_ids_to_logs(&self) -> bool {
        self.0.config.enabled && self.0.config.logs_injection
    }

    /// The tags of log lines, besides the ids.
    #[cfg(feature = "tracing")]
    pub(crate) fn log_tags(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let config = &self.0.config;
        let tags = [
            ("dd.service", Some(config.services.own())),
            ("dd.env", config.env.as_deref()),
            ("dd.version", config.version.as_deref()),
        ];
        tags.into_iter()
            .filter_map(|(key, value)| Some((key, value?)))
    }

    /// See [`ColdStart::note_start`]; nothing is read where no span shows the start.
    #[cfg(unix)]
    pub(crate) fn note_start(&self, stat: Option<ProcessStat>) {
        if self.enabled() && self.shows_cold_start() {
            self.cold_start().note_start(stat);
        }
    }

    pub(crate) fn cold_start(&self) -> &ColdStart {
        &self.0.cold_start
    }

    /// The function's name, or the handler's if there is none, as in a unit test.
    pub(crate) fn function(&self, handler: &str) -> Function {
        if self.0.function.name.as_str().is_empty() {
            return Function::new(handler);
        }
        self.0.function.clone()
    }

    /// The tags that `make` gives for the ARN by which the function was invoked. It is mostly the same as last time.
    pub(crate) fn function_tags(&self, arn: &str, make: impl FnOnce() -> OwnTags) -> OwnTags {
        if self.0.function.name.as_str().is_empty() {
            // The name is the handler's, and there may be several handlers.
            return make();
        }
        let mut kept = lock(&self.0.function_tags);
        if let Some((_, tags)) = kept.as_ref().filter(|(known, _)| known == arn) {
            return tags.extended();
        }
        let tags = make();
        *kept = Some((arn.to_owned(), tags.clone()));
        tags
    }
}
