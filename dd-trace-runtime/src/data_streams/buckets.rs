//! What has passed each checkpoint, in buckets of ten seconds.

use std::collections::btree_map::Entry as BucketEntry;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::edge::Edge;
use super::pathway::{Step, Time};
use super::sketch::Sketch;

/// The time that a bucket covers, as in Datadog's tracers.
pub(super) const DURATION: Duration = Duration::from_secs(10);

/// How many pathways a bucket counts. What an event names can make a new one of each message; those beyond are not
/// counted.
pub(crate) const MAX_PATHWAYS: usize = 500;

/// How many buckets wait for the agent. With more, the oldest goes.
pub(crate) const MAX_BUCKETS: usize = 6;

/// A pathway up to here, and up to the checkpoint before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Hashes {
    pub(super) own: u64,
    pub(super) parent: u64,
}

/// What was counted of one pathway.
#[derive(Debug)]
pub(super) struct Stats {
    pub(super) tags: Vec<String>,
    pub(super) latency: Sketch,
    pub(super) edge_latency: Sketch,
    pub(super) size: Sketch,
}

impl Stats {
    fn new(edge: &Edge) -> Self {
        Self {
            tags: edge.tags.clone(),
            latency: Sketch::default(),
            edge_latency: Sketch::default(),
            size: Sketch::default(),
        }
    }

    fn add(&mut self, step: &Step, size: usize) {
        self.latency.add(step.latency);
        self.edge_latency.add(step.edge_latency);
        #[allow(clippy::cast_precision_loss, reason = "for a sketch of 1 % accuracy")]
        self.size.add(size as f64);
    }

    fn merge(&mut self, other: &Self) {
        self.latency.merge(&other.latency);
        self.edge_latency.merge(&other.edge_latency);
        self.size.merge(&other.size);
    }
}

pub(super) type Bucket = HashMap<Hashes, Stats>;

/// The buckets by their start, in nanoseconds since the epoch.
#[derive(Debug, Default)]
pub(super) struct Buckets {
    pub(super) buckets: BTreeMap<u64, Bucket>,
    /// How many pathways were not counted, or were and are gone.
    lost: usize,
}

impl Buckets {
    /// Counts a step at the time `now`.
    pub(super) fn add(&mut self, edge: &Edge, step: &Step, now: Time, size: usize) {
        let bucket = self.buckets.entry(start(now)).or_default();
        let has_room = bucket.len() < MAX_PATHWAYS;
        let hashes = Hashes {
            own: step.hash,
            parent: step.parent,
        };
        match bucket.entry(hashes) {
            Entry::Occupied(mut known) => known.get_mut().add(step, size),
            Entry::Vacant(new) if has_room => new.insert(Stats::new(edge)).add(step, size),
            Entry::Vacant(_) => self.lost += 1,
        }
        self.forget_oldest();
    }

    /// Counts again what was taken and couldn't be sent.
    pub(super) fn put_back(&mut self, taken: BTreeMap<u64, Bucket>) {
        for (start, bucket) in taken {
            match self.buckets.entry(start) {
                BucketEntry::Vacant(new) => drop(new.insert(bucket)),
                BucketEntry::Occupied(mut known) => {
                    self.lost += merge(known.get_mut(), bucket);
                }
            }
        }
        self.forget_oldest();
    }

    /// How many pathways were lost since this was asked last.
    pub(super) fn take_lost(&mut self) -> usize {
        std::mem::take(&mut self.lost)
    }

    fn forget_oldest(&mut self) {
        while self.buckets.len() > MAX_BUCKETS {
            if let Some((_, bucket)) = self.buckets.pop_first() {
                self.lost += bucket.len();
            }
        }
    }
}

/// Adds what `other` has counted to a bucket; returns how many pathways had no room.
fn merge(bucket: &mut Bucket, other: Bucket) -> usize {
    let mut lost = 0;
    for (hashes, stats) in other {
        let has_room = bucket.len() < MAX_PATHWAYS;
        match bucket.entry(hashes) {
            Entry::Occupied(mut known) => known.get_mut().merge(&stats),
            Entry::Vacant(new) if has_room => drop(new.insert(stats)),
            Entry::Vacant(_) => lost += 1,
        }
    }
    lost
}

#[allow(clippy::cast_possible_truncation, reason = "ten seconds fit")]
fn start(now: Time) -> u64 {
    let now = now.nanoseconds();
    now - now % (DURATION.as_nanos() as u64)
}
