//! The pathway of a message: the services and queues that it came through.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::edge::Direction;
use super::fnv::Fnv;

/// The longest header, in bytes: a hash and two times of nine bytes have 36 characters. A longer one is none of
/// a tracer.
const MAX_HEADER: usize = 64;

/// The time since the epoch, to the nanosecond, until the year 2554.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Time(u64);

impl Time {
    pub(crate) fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        Self::of(since.unwrap_or_default())
    }

    pub(super) fn of(since: Duration) -> Self {
        Self(u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
    }

    /// A negative time, which no tracer writes, is the epoch.
    fn of_milliseconds(milliseconds: i64) -> Self {
        Self::of(Duration::from_millis(
            u64::try_from(milliseconds).unwrap_or(0),
        ))
    }

    fn milliseconds(self) -> i64 {
        i64::try_from(self.0 / 1_000_000).unwrap_or(i64::MAX)
    }

    pub(super) fn nanoseconds(self) -> u64 {
        self.0
    }

    /// The seconds since `earlier`; none where a clock went back.
    #[allow(clippy::cast_precision_loss, reason = "for a sketch of 1 % accuracy")]
    fn seconds_since(self, earlier: Self) -> f64 {
        self.0.saturating_sub(earlier.0) as f64 / 1e9
    }
}

/// How far a message has come: the state that the last checkpoint left and the next one continues.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Pathway {
    pub(super) hash: u64,
    start: Time,
    edge_start: Time,
    /// The direction of the last checkpoint of this process.
    direction: Option<Direction>,
    /// Where the checkpoints of that direction began: several messages that go out after one came in are not a
    /// chain.
    fork: Fork,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fork {
    hash: u64,
    edge_start: Time,
}

/// One step of a pathway, as it is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub(super) hash: u64,
    pub(super) parent: u64,
    /// The seconds since the last checkpoint.
    pub(super) edge_latency: f64,
    /// The seconds since the first one.
    pub(super) latency: f64,
}

impl Pathway {
    /// The pathway of a message that came through no service known so far.
    pub(crate) fn new(now: Time) -> Self {
        Self::at(0, now, now)
    }

    /// The pathway of a message that came with this header, or without one.
    pub(crate) fn of(header: Option<&str>, now: Time) -> Self {
        let known = header.and_then(Self::decode);
        known.unwrap_or_else(|| Self::new(now))
    }

    fn at(hash: u64, start: Time, edge_start: Time) -> Self {
        Self {
            hash,
            start,
            edge_start,
            direction: None,
            fork: Fork {
                hash: 0,
                edge_start,
            },
        }
    }

    /// The pathway that a header holds.
    pub(crate) fn decode(header: &str) -> Option<Self> {
        if header.len() > MAX_HEADER {
            return None;
        }
        let bytes = BASE64.decode(header).ok()?;
        let (hash, mut times) = bytes.split_first_chunk()?;
        let start = varint::read(&mut times)?;
        let edge_start = varint::read(&mut times)?;
        Some(Self::at(
            u64::from_le_bytes(*hash),
            Time::of_milliseconds(start),
            Time::of_milliseconds(edge_start),
        ))
    }

    /// The header for the next service.
    pub(crate) fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(20);
        bytes.extend_from_slice(&self.hash.to_le_bytes());
        varint::write(self.start.milliseconds(), &mut bytes);
        varint::write(self.edge_start.milliseconds(), &mut bytes);
        BASE64.encode(bytes)
    }

    /// Goes over the edge `node`, as `processor.py` of ddtrace 4.16 does.
    pub(super) fn step(&mut self, direction: Direction, node: u64, now: Time) -> Step {
        if self.direction == Some(direction) {
            self.back_to_fork(now);
        } else {
            self.direction = Some(direction);
            self.fork = Fork {
                hash: self.hash,
                edge_start: now,
            };
        }
        let parent = self.hash;
        let hash = Fnv::new()
            .with(&node.to_le_bytes())
            .with(&parent.to_le_bytes());
        let step = Step {
            hash: hash.finish(),
            parent,
            edge_latency: now.seconds_since(self.edge_start),
            latency: now.seconds_since(self.start),
        };
        self.hash = step.hash;
        self.edge_start = now;
        step
    }

    /// Messages that only ever go out begin a pathway each.
    fn back_to_fork(&mut self, now: Time) {
        self.hash = self.fork.hash;
        if self.hash == 0 {
            self.edge_start = now;
            self.start = now;
        } else {
            self.edge_start = self.fork.edge_start;
        }
    }
}

/// Numbers of one to nine bytes, with the sign in the lowest bit.
mod varint {
    /// Eight bytes have seven bits each; the ninth has eight.
    const BYTES: u32 = 9;

    pub(super) fn write(number: i64, bytes: &mut Vec<u8>) {
        let mut left = (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned();
        for _ in 1..BYTES {
            if left < 0x80 {
                break;
            }
            bytes.push(low_bits(left) | 0x80);
            left >>= 7;
        }
        bytes.push(left.to_le_bytes()[0]);
    }

    pub(super) fn read(bytes: &mut &[u8]) -> Option<i64> {
        let mut number = 0_u64;
        for place in 0..BYTES {
            let (byte, rest) = bytes.split_first()?;
            *bytes = rest;
            let is_last = *byte < 0x80 || place == BYTES - 1;
            let bits = if is_last { *byte } else { byte & 0x7f };
            number |= u64::from(bits) << (7 * place);
            if is_last {
                break;
            }
        }
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    fn low_bits(number: u64) -> u8 {
        number.to_le_bytes()[0] & 0x7f
    }
}
