//! The trace context out of an event, beside parsing the event.

use dd_trace_runtime::{RawEvent, extract_trace_context};
use divan::Bencher;
use divan::counter::BytesCount;
use lambda_runtime::Context;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::events::{self, Http, Order, Sqs};

const KB: usize = 1024;
const SIZES: [usize; 3] = [KB, 64 * KB, 6 * KB * KB];
const BATCHES: [usize; 3] = [1, 10, 1000];

fn extract(bencher: Bencher<'_, '_>, event: &RawEvent) {
    let context = Context::default();
    assert!(extract_trace_context(event, &context).is_some());
    bencher
        .counter(BytesCount::of_slice(event.as_bytes()))
        .bench_local(|| extract_trace_context(divan::black_box(event), &context));
}

fn parse<T: DeserializeOwned>(bencher: Bencher<'_, '_>, event: &RawEvent) {
    bencher
        .counter(BytesCount::of_slice(event.as_bytes()))
        .bench_local(|| serde_json::from_slice::<T>(divan::black_box(event.as_bytes())).unwrap());
}

macro_rules! rows {
    ($group:ident, $event:expr, $type:ty $(, $size:ident in $sizes:expr)?) => {
        mod $group {
            use super::*;

            #[divan::bench($(args = $sizes)?)]
            fn extracted(bencher: Bencher<'_, '_> $(, $size: usize)?) {
                extract(bencher, &$event);
            }

            #[divan::bench($(args = $sizes)?)]
            fn typed_parse(bencher: Bencher<'_, '_> $(, $size: usize)?) {
                parse::<$type>(bencher, &$event);
            }

            #[divan::bench($(args = $sizes)?)]
            fn value_parse(bencher: Bencher<'_, '_> $(, $size: usize)?) {
                parse::<Value>(bencher, &$event);
            }
        }
    };
}

rows!(plain, events::plain(bytes), Order, bytes in SIZES);
rows!(api_gateway_v2, events::http(), Http);
rows!(sqs, events::sqs(messages), Sqs, messages in BATCHES);
