use std::time::Duration;

use super::streams;
use crate::data_streams::buckets::{MAX_BUCKETS, MAX_PATHWAYS};
use crate::data_streams::{DataStreams, Direction, Edge, Pathway, Time};
use crate::test_log::Log;

fn count(streams: &DataStreams, topic: &str, second: u64) {
    let now = Time::of(Duration::from_secs(second));
    let edge = Edge::new(Direction::In, "sqs", topic).unwrap();
    streams.checkpoints(&mut Pathway::new(now), &edge, now, [0]);
}

/// How many pathways each bucket has, by the second in which it begins.
fn counted(streams: &DataStreams) -> Vec<(u64, usize)> {
    let taken = streams.take();
    let buckets = taken.buckets.iter();
    buckets
        .map(|(start, bucket)| (start / 1_000_000_000, bucket.len()))
        .collect()
}

#[test]
fn a_bucket_has_what_passed_in_ten_seconds() {
    let streams = streams(&[]);
    for (topic, second) in [("a", 100), ("a", 109), ("b", 109), ("a", 110)] {
        count(&streams, topic, second);
    }
    assert_eq!(counted(&streams), [(100, 2), (110, 1)]);
}

#[test]
fn the_pathways_of_a_bucket_have_a_bound_and_one_line_says_what_is_beyond_it() {
    let log = Log::capture();
    for times in [1, 2, 4] {
        let streams = streams(&[]);
        for topic in 0..MAX_PATHWAYS * times {
            count(&streams, &topic.to_string(), 100);
        }
        // What is known is counted on.
        count(&streams, "0", 100);
        assert_eq!(counted(&streams), [(100, MAX_PATHWAYS)]);
        assert_eq!(counted(&streams), [(100, MAX_PATHWAYS)]);
        let lost = MAX_PATHWAYS * (times - 1);
        let lines = log.take();
        assert_eq!(lines.len(), usize::from(times > 1), "{lines:?}");
        let says = |line: &String| line.contains(&format!("left {lost} pathways out"));
        assert!(lines.iter().all(says), "{lines:?}");
    }
}

#[test]
fn while_no_agent_takes_them_the_oldest_buckets_go() {
    let streams = streams(&[]);
    for second in 0..4 * MAX_BUCKETS as u64 {
        count(&streams, "a", 10 * second);
        assert!(counted(&streams).len() <= MAX_BUCKETS);
    }
    let first = 10 * 3 * MAX_BUCKETS as u64;
    assert_eq!(counted(&streams).first(), Some(&(first, 1)));
}

#[test]
fn what_was_not_sent_is_counted_again_beside_what_came_since() {
    let streams = streams(&[]);
    count(&streams, "a", 100);
    let taken = streams.take();
    for (topic, second) in [("a", 101), ("b", 102), ("b", 112)] {
        count(&streams, topic, second);
    }
    drop(taken);
    assert_eq!(counted(&streams), [(100, 2), (110, 1)]);

    streams.take().discard();
    assert_eq!(counted(&streams), []);
}
