//! What leads to a checkpoint: the queue, topic, stream or bus, and the direction.

use super::fnv::Fnv;

/// Whether a message comes in or goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    In,
    Out,
}

/// The longest name of a queue, topic, stream or detail type, in bytes: names in AWS and in Kafka have less than
/// half of it. An event with a longer one has no checkpoint for it.
pub(crate) const MAX_TOPIC: usize = 512;

/// The tags of a step on a pathway, sorted, which is the order in which they are hashed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Edge {
    pub(super) direction: Direction,
    pub(super) tags: Vec<String>,
}

impl Edge {
    /// The edge of a message of the service `kind`; `None` where `topic` is empty or too long.
    pub(crate) fn new(direction: Direction, kind: &str, topic: &str) -> Option<Self> {
        if topic.is_empty() || topic.len() > MAX_TOPIC {
            return None;
        }
        let in_or_out = match direction {
            Direction::In => "direction:in",
            Direction::Out => "direction:out",
        };
        let tags = [
            in_or_out.to_owned(),
            ["topic:", topic].concat(),
            ["type:", kind].concat(),
        ];
        let edge = Self {
            direction,
            tags: Vec::new(),
        };
        Some(tags.into_iter().fold(edge, Self::with))
    }

    /// With one more tag, such as `exchange:orders`.
    pub(crate) fn with(mut self, tag: String) -> Self {
        let at = self.tags.partition_point(|other| *other <= tag);
        self.tags.insert(at, tag);
        self
    }

    /// The edge as a process hashes it: after what names the process.
    pub(super) fn hash(&self, process: Fnv) -> u64 {
        let tags = self.tags.iter();
        tags.fold(process, |hash, tag| hash.with(tag.as_bytes()))
            .finish()
    }
}
