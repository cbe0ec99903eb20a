//! A v0.4 payload, decoded by a different implementation of `MessagePack` from the one that wrote it.

use std::collections::HashMap;

use serde::Deserialize;

use crate::config::Config;
use crate::export::SpanData;
use crate::export::chunk;
use crate::export::finished::FinishedSpans;
use crate::export::process::Process;

/// Every member but `span_links` is required, and no other is allowed.
#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sent {
    pub(crate) service: String,
    pub(crate) name: String,
    pub(crate) resource: String,
    pub(crate) r#type: String,
    pub(crate) trace_id: u64,
    pub(crate) span_id: u64,
    pub(crate) parent_id: u64,
    pub(crate) start: i64,
    pub(crate) duration: i64,
    pub(crate) error: i32,
    #[serde(deserialize_with = "each_key_once")]
    pub(crate) meta: HashMap<String, String>,
    #[serde(deserialize_with = "each_key_once")]
    pub(crate) metrics: HashMap<String, f64>,
    #[serde(default)]
    pub(crate) span_links: Vec<Link>,
}

#[derive(Debug, Clone, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub(crate) struct Link {
    pub(crate) trace_id: u64,
    pub(crate) trace_id_high: u64,
    pub(crate) span_id: u64,
    pub(crate) flags: u32,
    pub(crate) tracestate: Option<String>,
    #[serde(default)]
    pub(crate) attributes: HashMap<String, String>,
}

/// A map whose keys are distinct, which `MessagePack` itself doesn't require.
fn each_key_once<'de, D, T>(deserializer: D) -> Result<HashMap<String, T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Distinct<T>(std::marker::PhantomData<T>);
    impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Distinct<T> {
        type Value = HashMap<String, T>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a map of distinct keys")
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(
            self,
            mut map: A,
        ) -> Result<Self::Value, A::Error> {
            let mut entries = HashMap::new();
            while let Some((key, value)) = map.next_entry::<String, T>()? {
                if entries.insert(key.clone(), value).is_some() {
                    return Err(serde::de::Error::custom(format!("`{key}` twice")));
                }
            }
            Ok(entries)
        }
    }
    deserializer.deserialize_map(Distinct(std::marker::PhantomData))
}

/// The spans that an agent receives.
pub(crate) fn chunks(spans: Vec<SpanData>, config: &Config) -> Vec<Vec<Sent>> {
    let mut finished = FinishedSpans::bounded(usize::MAX, usize::MAX);
    for span in spans {
        finished.push(span);
    }
    chunk::encode(&finished.take(), &Process::new(config), Vec::new())
        .iter()
        .map(|chunk| {
            let spans: Vec<Sent> = rmp_serde::from_slice(&chunk.bytes).unwrap();
            assert_eq!(spans.len(), chunk.spans);
            spans
        })
        .collect()
}

/// The only span of `start`, as an agent receives it.
pub(crate) fn only_span(
    config: &Config,
    start: impl FnOnce(&crate::tracer::any::AnyTracer),
) -> Sent {
    let mut chunks = chunks(super::finished(start), config);
    assert_eq!(chunks.len(), 1);
    let mut chunk = chunks.remove(0);
    assert_eq!(chunk.len(), 1);
    chunk.remove(0)
}

/// The whole body of a request.
pub(crate) fn body(bytes: &[u8]) -> Vec<Vec<Sent>> {
    rmp_serde::from_slice(bytes).unwrap()
}
