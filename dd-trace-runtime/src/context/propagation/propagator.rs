//! The propagator, which reads trace context from a carrier and writes it to one.

use std::sync::Arc;

use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, KeyValue};

use super::extracted::Extracted;
use super::{
    Behavior, PropagationConfig, Style, b3, baggage, datadog, ids, otel_context, tracecontext,
};
use crate::context::carrier::Carrier;
use crate::context::trace_context::{BaggageItem, TraceContext};
use crate::log;

/// Reads and writes trace context in the styles of Datadog's tracers: `x-datadog-*`, the W3C's
/// `traceparent` and `tracestate`, and `baggage`.
///
/// Use it on its own, or as OpenTelemetry's propagator. The default reads and writes all three
/// styles, Datadog's first; [`from_env`](Self::from_env) follows `DD_TRACE_PROPAGATION_STYLE`.
///
/// ```
/// use dd_trace_runtime::{Carrier, DatadogPropagator};
///
/// let propagator = DatadogPropagator::default();
/// let carrier: Carrier = [
///     ("x-datadog-trace-id", "123"),
///     ("x-datadog-parent-id", "321"),
///     ("x-datadog-sampling-priority", "1"),
/// ]
/// .into_iter()
/// .collect();
///
/// let context = propagator.extract_trace_context(&carrier).expect("ids");
/// assert_eq!((context.trace_id(), context.parent_id()), (123, 321));
///
/// let mut outgoing = Carrier::new();
/// propagator.inject_trace_context(&context, &mut outgoing);
/// assert_eq!(outgoing.get("traceparent"), Some("00-0000000000000000000000000000007b-0000000000000141-01"));
/// ```
#[derive(Debug, Clone)]
pub struct DatadogPropagator {
    settings: Arc<Settings>,
    /// Whether to read ids and sampling priority alone.
    ids_alone: bool,
}

#[derive(Debug)]
struct Settings {
    config: PropagationConfig,
    /// The names of the headers it writes, in the form that OpenTelemetry asks for.
    fields: Vec<String>,
}

impl Default for DatadogPropagator {
    fn default() -> Self {
        Self::new(PropagationConfig::default())
    }
}

impl DatadogPropagator {
    pub(crate) fn new(config: PropagationConfig) -> Self {
        let fields = config
            .inject
            .iter()
            .flat_map(|style| style.headers())
            .map(|header| (*header).to_owned())
            .collect();
        Self {
            settings: Arc::new(Settings { config, fields }),
            ids_alone: false,
        }
    }

    /// The same, for span links: it reads ids and sampling priority alone, which are all that a link has.
    pub(crate) fn for_links(&self) -> Self {
        Self {
            settings: Arc::clone(&self.settings),
            ids_alone: true,
        }
    }

    /// Whether the value of a header may matter.
    pub(crate) fn reads(&self, header: &str) -> bool {
        !self.ids_alone || ids::are_in(header)
    }

    /// The trace context in a carrier, if a span can have it as its parent.
    ///
    /// The parent needs a trace id and a parent id. A parent id of 0 counts only with an origin that begins
    /// with `synthetics`. Baggage alone isn't a trace context.
    #[must_use]
    pub fn extract_trace_context(&self, extractor: &dyn Extractor) -> Option<TraceContext> {
        self.extract(extractor).filter(TraceContext::is_usable)
    }

    /// As [`extract_trace_context`](Self::extract_trace_context). If a new trace is to begin, returns what is
    /// left of the one that was found.
    pub(crate) fn extract(&self, extractor: &dyn Extractor) -> Option<TraceContext> {
        let behavior = self.settings.config.behavior;
        if behavior == Behavior::Ignore {
            return None;
        }
        if self.ids_alone {
            return ids::extract(&self.settings.config, extractor).map(TraceContext::from);
        }
        let found = self.extract_parent(extractor)?;
        let style = found.style.name();
        let mut context = found.context;
        context.baggage = self.extract_baggage(extractor);
        match behavior {
            Behavior::Restart => Some(context.restarted(style)),
            _ => Some(context),
        }
    }

    /// The names of the styles to read, in their order.
    pub(crate) fn styles(&self) -> impl Iterator<Item = &'static str> {
        let styles = self.settings.config.extract.iter();
        styles.map(|style| style.name())
    }

    /// Whether the trace continues a trace context that is found.
    pub(crate) fn continues(&self) -> bool {
        self.settings.config.behavior == Behavior::Continue
    }

    /// What becomes of a trace context that wasn't found in headers.
    pub(crate) fn behave(&self, context: TraceContext) -> Option<TraceContext> {
        match self.settings.config.behavior {
            Behavior::Restart if context.trace_id() != 0 => {
                Some(context.restarted(Style::Datadog.name()))
            }
            Behavior::Continue | Behavior::Restart => Some(context),
            Behavior::Ignore => None,
        }
    }

    /// Writes a trace context into a carrier. One without ids writes nothing.
    pub fn inject_trace_context(&self, context: &TraceContext, injector: &mut dyn Injector) {
        copy(&self.headers(context), injector);
    }

    /// The headers of a trace context; none of one without ids.
    pub(crate) fn headers(&self, context: &TraceContext) -> Carrier {
        let (headers, error) = self.inject_styles(context);
        if let Some(error) = error {
            log::debug!("x-datadog-tags isn't written: {error}; shorten the `_dd.p.*` tags");
        }
        headers
    }

    /// As [`headers`](Self::headers), with the `_dd.propagation_error`, if there is one.
    pub(super) fn inject_styles(&self, context: &TraceContext) -> (Carrier, Option<&'static str>) {
        if !context.is_usable() {
            return (Carrier::new(), None);
        }
        let config = &self.settings.config;
        let mut headers = Carrier::for_headers(self.settings.fields.len());
        let mut error = None;
        for style in &config.inject {
            match style {
                Style::Datadog => {
                    error = datadog::inject(context, &mut headers, config.tags_max_length);
                }
                Style::TraceContext => tracecontext::inject(context, &mut headers),
                Style::B3 => b3::inject_single(context, &mut headers),
                Style::B3Multi => b3::inject_multi(context, &mut headers),
                Style::Baggage => baggage::inject(&context.baggage, &mut headers),
            }
        }
        (headers, error)
    }

    /// The first style wins. The styles after it add what they know about the same trace.
    fn extract_parent(&self, extractor: &dyn Extractor) -> Option<Extracted> {
        let config = &self.settings.config;
        let mut found: Option<Extracted> = None;
        for style in &config.extract {
            let next = match style {
                Style::Datadog => datadog::extract(extractor, config.tags_max_length),
                Style::TraceContext => tracecontext::extract(extractor, found.as_ref()),
                Style::B3 => b3::extract_single(extractor),
                Style::B3Multi => b3::extract_multi(extractor),
                Style::Baggage => None,
            };
            match (&mut found, next) {
                (Some(first), Some(next)) => first.merge(next, extractor),
                (None, next) => found = next,
                (Some(_), None) => {}
            }
            if config.extract_first && found.as_ref().is_some_and(|found| found.usable) {
                break;
            }
        }
        found.filter(|found| found.usable)
    }

    fn extract_baggage(&self, extractor: &dyn Extractor) -> Vec<BaggageItem> {
        let config = &self.settings.config;
        if config.behavior != Behavior::Ignore && config.extract.contains(&Style::Baggage) {
            baggage::extract(extractor)
        } else {
            Vec::new()
        }
    }
}

fn copy(headers: &Carrier, injector: &mut dyn Injector) {
    injector.reserve(headers.len());
    for (name, value) in headers {
        injector.set(name, value.to_owned());
    }
}

impl TextMapPropagator for DatadogPropagator {
    /// Writes the active span and the baggage of `cx`.
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        let Some(context) = TraceContext::from_otel(cx) else {
            // Baggage travels without a trace, too.
            if self.settings.config.inject.contains(&Style::Baggage) {
                let mut headers = Carrier::new();
                baggage::inject(&otel_context::baggage(cx), &mut headers);
                copy(&headers, injector);
            }
            return;
        };
        let (headers, error) = self.inject_styles(&context);
        copy(&headers, injector);
        if let Some(error) = error {
            cx.span()
                .set_attribute(KeyValue::new("_dd.propagation_error", error));
        }
    }

    /// `cx` with the extracted context as its remote span, or `cx` if nothing was found.
    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        match self.extract(extractor) {
            Some(context) => context.into_otel(cx),
            None => otel_context::with_baggage(cx, &self.extract_baggage(extractor)),
        }
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.settings.fields)
    }
}
