//! `DDSketch`: how often which latency or size came, to about 1 %.
//!
//! Written here, as it takes a hundred lines: Datadog's own crate (`libdd-ddsketch`) brings prost with two macro
//! crates for four messages of protobuf. A test compares the bytes with those of ddtrace, which are that crate's.

use std::collections::BTreeMap;

/// The ratio of the bounds of a bin, and the index of the bin with the value 1: what every tracer of Datadog uses
/// for these sketches.
const GAMMA: f64 = 1.015_625;
const INDEX_OFFSET: f64 = 1_338.5;

/// How many bins are sent. With more, the lowest count as the lowest that is sent.
const MAX_BINS: i32 = 2_048;

#[derive(Debug, Clone, Default)]
pub(super) struct Sketch {
    zeros: f64,
    bins: BTreeMap<i32, f64>,
}

impl Sketch {
    /// Counts a value, which is zero or greater.
    pub(super) fn add(&mut self, value: f64) {
        if value < f64::MIN_POSITIVE * GAMMA {
            self.zeros += 1.0;
        } else {
            *self.bins.entry(index(value)).or_default() += 1.0;
        }
    }

    /// Counts what `other` has counted.
    pub(super) fn merge(&mut self, other: &Self) {
        self.zeros += other.zeros;
        for (index, count) in &other.bins {
            *self.bins.entry(*index).or_default() += count;
        }
    }

    /// How many values were counted.
    #[cfg(test)]
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "whole and few"
    )]
    pub(super) fn count(&self) -> usize {
        (self.zeros + self.bins.values().sum::<f64>()) as usize
    }

    /// The message `DDSketch` of `DDSketch.proto` in Datadog's sketches-go.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut sketch = Vec::new();
        let mut mapping = Vec::new();
        double(1, GAMMA, &mut mapping);
        double(2, INDEX_OFFSET, &mut mapping);
        message(1, &mapping, &mut sketch);
        message(2, &self.encode_bins(), &mut sketch);
        // There are no negative values.
        message(3, &[], &mut sketch);
        double(4, self.zeros, &mut sketch);
        sketch
    }

    /// The message `Store`: the counts of neighbouring bins, and the index of the first.
    fn encode_bins(&self) -> Vec<u8> {
        let mut store = Vec::new();
        let Some((&highest, _)) = self.bins.last_key_value() else {
            return store;
        };
        let lowest = self.bins.first_key_value().map_or(highest, |(key, _)| *key);
        let first = lowest.max(highest - MAX_BINS + 1);
        let below: f64 = self.bins.range(..first).map(|(_, count)| count).sum();
        let mut counts = Vec::new();
        for index in first..=highest {
            let own = self.bins.get(&index).copied().unwrap_or_default();
            let lower = if index == first { below } else { 0.0 };
            counts.extend_from_slice(&(own + lower).to_le_bytes());
        }
        message(2, &counts, &mut store);
        if first != 0 {
            key(3, VARINT, &mut store);
            varint(zigzag(first), &mut store);
        }
        store
    }
}

/// The bin of a value.
#[allow(clippy::cast_possible_truncation, reason = "a logarithm is small")]
fn index(value: f64) -> i32 {
    (value.ln() * (1.0 / GAMMA.ln()) + INDEX_OFFSET).floor() as i32
}

const VARINT: u64 = 0;
const DOUBLE: u64 = 1;
const LENGTH: u64 = 2;

fn key(field: u64, wire_type: u64, bytes: &mut Vec<u8>) {
    varint(field << 3 | wire_type, bytes);
}

/// A zero is left out, as protobuf does.
fn double(field: u64, value: f64, bytes: &mut Vec<u8>) {
    if value != 0.0 {
        key(field, DOUBLE, bytes);
        bytes.extend_from_slice(&value.to_le_bytes());
    }
}

fn message(field: u64, message: &[u8], bytes: &mut Vec<u8>) {
    key(field, LENGTH, bytes);
    varint(message.len() as u64, bytes);
    bytes.extend_from_slice(message);
}

fn varint(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn zigzag(number: i32) -> u64 {
    u64::from((number.cast_unsigned() << 1) ^ (number >> 31).cast_unsigned())
}
