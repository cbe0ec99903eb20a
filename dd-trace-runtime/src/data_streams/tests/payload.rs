use std::collections::BTreeMap;
use std::fmt;
use std::io::Read as _;
use std::time::Duration;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::streams;
use crate::data_streams::payload::encode;
use crate::data_streams::sketch::Sketch;
use crate::data_streams::{DataStreams, Direction, Edge, Pathway, Time};

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Number(u64),
    Sketch(Bytes),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
}

#[derive(Debug, PartialEq)]
struct Bytes(Vec<u8>);

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AsBytes;

        impl Visitor<'_> for AsBytes {
            type Value = Bytes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Bytes, E> {
                Ok(Bytes(bytes.to_vec()))
            }
        }

        deserializer.deserialize_bytes(AsBytes)
    }
}

fn body(streams: &DataStreams) -> Option<Value> {
    let gzip = encode(streams, &streams.take().buckets)?;
    let mut bytes = Vec::new();
    GzDecoder::new(&gzip[..]).read_to_end(&mut bytes).unwrap();
    Some(rmp_serde::from_slice(&bytes).unwrap())
}

fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.map(|(key, value)| (key.to_owned(), value)).into())
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn sketch(value: f64) -> Value {
    let mut sketch = Sketch::default();
    sketch.add(value);
    Value::Sketch(Bytes(sketch.encode()))
}

#[test]
fn a_body_says_what_that_of_ddtrace_says() {
    let streams = streams(&[("DD_VERSION", "7")]);
    assert_eq!(body(&streams), None);

    let start = Time::of(Duration::from_millis(1_700_000_000_123));
    let now = Time::of(Duration::from_millis(1_700_000_001_123));
    let edge = Edge::new(Direction::Out, "sqs", "orders").unwrap();
    streams.checkpoints(&mut Pathway::new(start), &edge, now, [4_096]);
    let tags = ["direction:out", "topic:orders", "type:sqs"];
    let pathway = map([
        ("EdgeTags", Value::List(tags.map(text).into())),
        ("Hash", Value::Number(1_076_968_342_701_705_701)),
        ("ParentHash", Value::Number(0)),
        ("PathwayLatency", sketch(1.0)),
        ("EdgeLatency", sketch(1.0)),
        ("PayloadSize", sketch(4_096.0)),
    ]);
    let bucket = map([
        ("Start", Value::Number(1_700_000_000_000_000_000)),
        ("Duration", Value::Number(10_000_000_000)),
        ("Stats", Value::List(vec![pathway])),
        ("Backlogs", Value::List(Vec::new())),
    ]);
    let expected = map([
        ("Service", text("orders")),
        ("Env", text("prod")),
        ("Version", text("7")),
        ("TracerVersion", text(env!("CARGO_PKG_VERSION"))),
        ("Lang", text("rust")),
        ("Stats", Value::List(vec![bucket])),
    ]);
    assert_eq!(body(&streams), Some(expected));
}
