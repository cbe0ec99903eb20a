//! The body of `/v0.1/pipeline_stats`: the counts of Data Streams Monitoring, as gzipped MessagePack.

use std::fmt;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

/// A tracer's counts of the messages that passed through its process.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PipelineStats {
    /// The service.
    pub service: String,
    /// The environment, if it has one.
    pub env: Option<String>,
    /// The version of the service's code, if it has one.
    pub version: Option<String>,
    /// The version of the tracer.
    pub tracer_version: String,
    /// The tracer's language.
    pub lang: String,
    /// The counts, in buckets of time.
    pub stats: Vec<StatsBucket>,
}

/// The counts of ten seconds.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct StatsBucket {
    /// Nanoseconds since the epoch.
    pub start: u64,
    /// Nanoseconds.
    pub duration: u64,
    /// The counts of each pathway.
    pub stats: Vec<PathwayStats>,
    /// The offsets of Kafka.
    pub backlogs: Vec<()>,
}

/// The counts of one pathway.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
#[non_exhaustive]
pub struct PathwayStats {
    /// The tags of the last edge.
    pub edge_tags: Vec<String>,
    /// The pathway up to here.
    pub hash: u64,
    /// The pathway up to the checkpoint before; 0 if it begins here.
    pub parent_hash: u64,
    /// Seconds since the first checkpoint.
    pub pathway_latency: Sketch,
    /// Seconds since the previous checkpoint.
    pub edge_latency: Sketch,
    /// The bytes of each message.
    pub payload_size: Sketch,
}

/// A `DDSketch` as protobuf.
#[derive(Clone, PartialEq, Eq)]
pub struct Sketch(pub Vec<u8>);

impl fmt::Debug for Sketch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sketch({} bytes)", self.0.len())
    }
}

impl<'de> Deserialize<'de> for Sketch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl Visitor<'_> for Bytes {
            type Value = Sketch;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the bytes of a sketch")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Sketch, E> {
                Ok(Sketch(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(Bytes)
    }
}

/// Decodes a body; the error says what is wrong with it.
pub(super) fn decode(gzip: &[u8]) -> Result<PipelineStats, String> {
    let mut body = Vec::new();
    let unpacked = GzDecoder::new(gzip).read_to_end(&mut body);
    unpacked.map_err(|error| format!("the body isn't gzip: {error}"))?;
    rmp_serde::from_slice(&body).map_err(|error| error.to_string())
}
