//! Trace context in and out of a carrier, in the styles that Datadog's tracers use.
//!
//! Each style has a file. `extracted` combines what they found, and the rest of the crate uses `propagator`.
//! `otel_context` connects a trace context to OpenTelemetry's.

mod b3;
mod baggage;
mod baggage_tags;
mod datadog;
mod dd_member;
mod extracted;
mod ids;
mod ot_member;
mod otel_context;
mod propagator;
#[cfg(test)]
mod tests;
mod tracecontext;
mod tracestate;

pub(crate) use baggage_tags::BaggageTags;
pub(crate) use dd_member::{DD, DdMember};
pub(crate) use ot_member::KNUTH_FACTOR;
pub(crate) use otel_context::{Held, remote_span};
pub use propagator::DatadogPropagator;

/// A format of trace context in headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Datadog,
    TraceContext,
    /// A single header.
    B3,
    /// A header for each field.
    B3Multi,
    Baggage,
}

impl Style {
    /// `None` for `none`; the error lists the known styles.
    pub(crate) fn parse(word: &str) -> Result<Option<Self>, &'static str> {
        match word.to_ascii_lowercase().as_str() {
            "datadog" => Ok(Some(Self::Datadog)),
            "tracecontext" => Ok(Some(Self::TraceContext)),
            "b3" | "b3 single header" => Ok(Some(Self::B3)),
            "b3multi" => Ok(Some(Self::B3Multi)),
            "baggage" => Ok(Some(Self::Baggage)),
            "none" => Ok(None),
            _ => Err("`datadog`, `tracecontext`, `b3`, `b3multi`, `baggage` and `none`"),
        }
    }

    /// Its name in settings and in the attributes of a span link.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Datadog => "datadog",
            Self::TraceContext => "tracecontext",
            Self::B3 => "b3",
            Self::B3Multi => "b3multi",
            Self::Baggage => "baggage",
        }
    }

    /// The headers it writes.
    fn headers(self) -> &'static [&'static str] {
        match self {
            Self::Datadog => &datadog::HEADERS,
            Self::TraceContext => &tracecontext::HEADERS,
            Self::B3 => &b3::SINGLE_HEADERS,
            Self::B3Multi => &b3::MULTI_HEADERS,
            Self::Baggage => &[baggage::HEADER],
        }
    }
}

/// What becomes of a trace context that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Behavior {
    /// The trace continues.
    Continue,
    /// A new trace begins, with the baggage of the one that was found and a link to it.
    Restart,
    /// Nothing is extracted.
    Ignore,
}

/// The default for the longest `x-datadog-tags`, in bytes, as in Datadog's tracers.
const TAGS_MAX_LENGTH: usize = 512;

/// Which styles to read and write, and the limits.
#[derive(Debug, Clone)]
pub(crate) struct PropagationConfig {
    pub(crate) extract: Vec<Style>,
    pub(crate) inject: Vec<Style>,
    pub(crate) extract_first: bool,
    pub(crate) behavior: Behavior,
    /// The longest `x-datadog-tags` to read and write, in bytes; 0 switches the header off.
    pub(crate) tags_max_length: usize,
    pub(crate) baggage_tags: BaggageTags,
}

impl PropagationConfig {
    /// For headers that are known to be Datadog's, whichever styles the user configured.
    pub(crate) fn datadog_only() -> Self {
        Self {
            extract: vec![Style::Datadog],
            ..Self::default()
        }
    }
}

impl Default for PropagationConfig {
    fn default() -> Self {
        let styles = vec![Style::Datadog, Style::TraceContext, Style::Baggage];
        Self {
            extract: styles.clone(),
            inject: styles,
            extract_first: false,
            behavior: Behavior::Continue,
            tags_max_length: TAGS_MAX_LENGTH,
            baggage_tags: BaggageTags::parse(None),
        }
    }
}
