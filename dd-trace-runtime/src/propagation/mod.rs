//! Trace context in and out of a carrier, in the styles Datadog's tracers speak.

/// A format of trace context in headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Datadog,
    TraceContext,
    Baggage,
}

impl Style {
    /// `None` for `none`; the error lists the known styles.
    pub(crate) fn parse(word: &str) -> Result<Option<Self>, &'static str> {
        match word.to_ascii_lowercase().as_str() {
            "datadog" => Ok(Some(Self::Datadog)),
            "tracecontext" => Ok(Some(Self::TraceContext)),
            "baggage" => Ok(Some(Self::Baggage)),
            "none" => Ok(None),
            _ => Err("`datadog`, `tracecontext`, `baggage` and `none`"),
        }
    }
}

/// Which styles to read and write, and the limits.
#[derive(Debug, Clone)]
pub(crate) struct PropagationConfig {
    pub(crate) extract: Vec<Style>,
    pub(crate) inject: Vec<Style>,
    pub(crate) extract_first: bool,
    /// Longest `x-datadog-tags` in bytes, both ways; 0 switches the header off.
    pub(crate) tags_max_length: usize,
}

impl Default for PropagationConfig {
    fn default() -> Self {
        let styles = vec![Style::Datadog, Style::TraceContext, Style::Baggage];
        Self {
            extract: styles.clone(),
            inject: styles,
            extract_first: false,
            tags_max_length: 512,
        }
    }
}

/// The propagator.
#[derive(Debug)]
pub struct DatadogPropagator;
