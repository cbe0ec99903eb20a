//! Baggage as tags of the first span of a trace in this process.

use opentelemetry::{Context, KeyValue};

use super::otel_context;

/// The keys whose items are tags unless a setting says otherwise, as in Datadog's tracers.
const USUAL_KEYS: &str = "user.id,session.id,account.id";

/// Which items of baggage are tags, by the name `baggage.<key>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum BaggageTags {
    All,
    /// Only items with these keys.
    Keys(Vec<String>),
}

impl BaggageTags {
    /// Reads `DD_TRACE_BAGGAGE_TAG_KEYS`: keys with commas between them, `*` for all, nothing for none.
    pub(crate) fn parse(keys: Option<&str>) -> Self {
        let keys = keys.unwrap_or(USUAL_KEYS);
        if keys.trim() == "*" {
            return Self::All;
        }
        let keys = keys.split(',').map(str::trim);
        Self::Keys(
            keys.filter(|key| !key.is_empty())
                .map(str::to_owned)
                .collect(),
        )
    }

    /// The tags of the baggage of `cx`.
    pub(crate) fn of(&self, cx: &Context) -> Vec<KeyValue> {
        let is_tag = |key: &str| match self {
            Self::All => true,
            Self::Keys(keys) => keys.iter().any(|known| known == key),
        };
        let items = otel_context::baggage(cx).into_iter();
        let tags = items.filter(|item| is_tag(&item.key));
        tags.map(|item| KeyValue::new(["baggage.", &item.key].concat(), item.value))
            .collect()
    }
}
