//! The body of a request to `/v0.1/pipeline_stats`, as ddtrace 4.16 writes it (`_serialize_buckets` and `periodic`
//! in `datastreams/processor.py`).

use std::collections::BTreeMap;

use super::DataStreams;
use super::buckets::{Bucket, DURATION, Hashes, Stats};
use super::gzip::gzip;
use super::sketch::Sketch;
use crate::msgpack::Msgpack;

/// The body, in gzip; `None` where there is nothing to say.
pub(super) fn encode(streams: &DataStreams, buckets: &BTreeMap<u64, Bucket>) -> Option<Vec<u8>> {
    if buckets.is_empty() {
        return None;
    }
    let mut body = Msgpack::with_capacity(USUAL);
    write(streams, buckets, &mut body);
    gzip(body.as_slice())
}

/// What the pathways of an invocation take; a body with more grows.
const USUAL: usize = 4 * 1024;

fn write(streams: &DataStreams, buckets: &BTreeMap<u64, Bucket>, body: &mut Msgpack) {
    let texts = [
        ("Service", Some(streams.service.as_str())),
        ("Env", streams.env.as_deref()),
        ("Version", streams.version.as_deref()),
        ("TracerVersion", Some(env!("CARGO_PKG_VERSION"))),
        ("Lang", Some("rust")),
    ];
    let texts = texts
        .into_iter()
        .filter_map(|(key, text)| Some((key, text?)));
    body.map(texts.clone().count() + 1);
    for (key, value) in texts {
        body.key(key);
        text(value, body);
    }
    body.key("Stats");
    body.array(buckets.len());
    for (start, bucket) in buckets {
        write_bucket(*start, bucket, body);
    }
}

fn write_bucket(start: u64, bucket: &Bucket, body: &mut Msgpack) {
    body.map(4);
    body.key("Start");
    body.unsigned(start);
    body.key("Duration");
    body.unsigned(u64::try_from(DURATION.as_nanos()).unwrap_or(u64::MAX));
    body.key("Stats");
    body.array(bucket.len());
    for (hashes, stats) in bucket {
        write_pathway(*hashes, stats, body);
    }
    // Offsets of Kafka, which the event of a function doesn't commit.
    body.key("Backlogs");
    body.array(0);
}

fn write_pathway(hashes: Hashes, stats: &Stats, body: &mut Msgpack) {
    body.map(6);
    body.key("EdgeTags");
    body.array(stats.tags.len());
    for tag in &stats.tags {
        text(tag, body);
    }
    body.key("Hash");
    body.unsigned(hashes.own);
    body.key("ParentHash");
    body.unsigned(hashes.parent);
    sketch("PathwayLatency", &stats.latency, body);
    sketch("EdgeLatency", &stats.edge_latency, body);
    sketch("PayloadSize", &stats.size, body);
}

fn sketch(key: &'static str, sketch: &Sketch, body: &mut Msgpack) {
    body.key(key);
    body.binary(&sketch.encode());
}

/// Tags have a bound already; settings are the user's.
fn text(text: &str, body: &mut Msgpack) {
    body.text(text, usize::MAX);
}
