//! Any bytes as an event: there is always an answer, and always the same one.

#![no_main]

use dd_trace_runtime::{Carrier, RawEvent, extract_trace_context};
use lambda_runtime::Context;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let event = RawEvent::from(bytes.to_vec());
    let lambda = Context::default();
    let found = extract_trace_context(&event, &lambda);
    assert_eq!(found, extract_trace_context(&event, &lambda));
    if let Ok(text) = event.as_str() {
        let _ = Carrier::from_json(text);
    }
});
