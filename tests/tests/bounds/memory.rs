//! Memory, counted by the allocator.

use std::alloc::System;
use std::sync::{Mutex, PoisonError};

use cap::Cap;

use super::families::FAMILIES;
use super::{invoke, process};

#[global_allocator]
static ALLOCATOR: Cap<System> = Cap::new(System, usize::MAX);

/// The counters belong to the process, so the tests run one at a time.
static ALONE: Mutex<()> = Mutex::new(());

/// The largest event that Lambda accepts.
const LARGEST: usize = 6 * 1_024 * 1_024;

/// The memory of the smallest function that Lambda offers.
const FUNCTION: usize = 128 * 1_024 * 1_024;

/// The bytes that an invocation allocates, whether it frees them or not.
fn allocated(event: String, capture: bool) -> usize {
    let before = ALLOCATOR.total_allocated();
    invoke(event, capture);
    ALLOCATOR.total_allocated() - before
}

#[test]
fn allocations_are_a_multiple_of_the_event() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    // The process's one-time allocations.
    invoke("{}".to_owned(), true);
    for (name, event) in FAMILIES {
        for capture in [false, true] {
            let sizes = [1, 2, 4].map(|times| times * 32 * 1_024);
            let [once, twice, four_times] = sizes.map(|size| allocated(event(size), capture));
            assert!(
                twice <= 3 * once && four_times <= 3 * twice,
                "{name}, capture {capture}: {once}, {twice}, {four_times} bytes"
            );
        }
    }
}

#[test]
fn the_largest_event_leaves_room_in_a_small_function_and_its_span_arrives() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    for (name, event) in FAMILIES {
        invoke(event(LARGEST), true);
        let peak = ALLOCATOR.max_allocated();
        assert!(peak < FUNCTION / 2, "{name}: {peak} bytes");
    }
}

/// The bytes that a batch of so many messages allocates, each of which has a span.
fn allocated_by_records(messages: usize) -> usize {
    let message = |id| {
        let body = "x".repeat(1_024);
        format!(
            r#"{{"messageId":"{id}","body":"{body}","messageAttributes":{{"_datadog":{{"dataType":"String","stringValue":"{{\"x-datadog-trace-id\":\"1{id}\",\"x-datadog-parent-id\":\"2\"}}"}}}},"eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:123456789012:orders"}}"#
        )
    };
    let all: Vec<_> = (0..messages).map(message).collect();
    let event = format!(r#"{{"Records":[{}]}}"#, all.join(","));
    let before = ALLOCATOR.total_allocated();
    process(event, messages);
    ALLOCATOR.total_allocated() - before
}

#[test]
fn allocations_are_a_multiple_of_the_records_that_are_processed() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    allocated_by_records(1);
    let [once, twice, four_times] = [1, 2, 4].map(|times| allocated_by_records(times * 60));
    // The difference of two sizes leaves out what doesn't depend on the size.
    let (first, second) = (twice.saturating_sub(once), four_times.saturating_sub(twice));
    assert!(second <= 3 * first, "{once}, {twice}, {four_times} bytes");
}
