//! A trace context that is extracted, injected and extracted again stays the same, and so does one that a payload
//! carries in its field.

#![no_main]

use arbitrary::{Arbitrary, Unstructured};
use dd_trace_runtime::{
    Carrier, CarrierShape, DatadogPropagator, RawEvent, TraceContext, Traced, extract_trace_context,
};
use lambda_runtime::Context;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

/// Headers that are mostly well formed: random ones are rarely a trace context.
#[derive(Debug)]
struct Headers(Carrier);

impl<'a> Arbitrary<'a> for Headers {
    fn arbitrary(bytes: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let mut headers = Carrier::new();
        let trace_id: u128 = bytes.arbitrary()?;
        if bytes.arbitrary()? {
            datadog(bytes, trace_id, &mut headers)?;
        }
        if bytes.arbitrary()? {
            w3c(bytes, trace_id, &mut headers)?;
        }
        if bytes.arbitrary()? {
            headers.insert("baggage", text(bytes)?);
        }
        Ok(Self(headers))
    }
}

fn datadog(
    bytes: &mut Unstructured<'_>,
    trace_id: u128,
    headers: &mut Carrier,
) -> arbitrary::Result<()> {
    let low = trace_id & u128::from(u64::MAX);
    headers.insert("x-datadog-trace-id", low.to_string());
    headers.insert("x-datadog-parent-id", bytes.arbitrary::<u64>()?.to_string());
    if bytes.arbitrary()? {
        let priority: i8 = bytes.arbitrary()?;
        headers.insert("x-datadog-sampling-priority", priority.to_string());
    }
    if bytes.arbitrary()? {
        let origin = match bytes.int_in_range(0..=3)? {
            0 => "synthetics".to_owned(),
            1 => "rum".to_owned(),
            _ => text(bytes)?,
        };
        headers.insert("x-datadog-origin", origin);
    }
    let mut tags = vec![format!("_dd.p.tid={:016x}", trace_id >> 64)];
    for _ in 0..bytes.int_in_range(0..=4)? {
        tags.push(format!("_dd.p.{}={}", text(bytes)?, text(bytes)?));
    }
    headers.insert("x-datadog-tags", tags.join(","));
    Ok(())
}

fn w3c(
    bytes: &mut Unstructured<'_>,
    trace_id: u128,
    headers: &mut Carrier,
) -> arbitrary::Result<()> {
    let (parent_id, sampled): (u64, bool) = bytes.arbitrary()?;
    let flags = u8::from(sampled);
    headers.insert(
        "traceparent",
        format!("00-{trace_id:032x}-{parent_id:016x}-{flags:02x}"),
    );
    let priority: i8 = bytes.arbitrary()?;
    let mut state = format!("dd=s:{priority};o:{}", text(bytes)?);
    for _ in 0..bytes.int_in_range(0..=4)? {
        state += &format!(";t.{}:{}", text(bytes)?, text(bytes)?);
    }
    for _ in 0..bytes.int_in_range(0..=4)? {
        state += &format!(",{}={}", text(bytes)?, text(bytes)?);
    }
    headers.insert("tracestate", state);
    Ok(())
}

/// Half of the strings are short words, which more headers can hold.
fn text(bytes: &mut Unstructured<'_>) -> arbitrary::Result<String> {
    if bytes.arbitrary()? {
        return bytes.arbitrary();
    }
    let word: [u8; 6] = bytes.arbitrary()?;
    Ok(word
        .map(|byte| char::from(b'a' + byte % 26))
        .iter()
        .collect())
}

/// The facts that a reader may count on, whatever else was left out.
fn assert_same_trace(sent: &TraceContext, read: &TraceContext) {
    assert_eq!(sent.trace_id(), read.trace_id());
    assert_eq!(sent.parent_id(), read.parent_id());
    if sent.sampling_priority().is_some() {
        assert_eq!(sent.sampling_priority(), read.sampling_priority());
    }
    // Without a lower half of the trace id there are only W3C headers, which have less room.
    if sent.trace_id() & u128::from(u64::MAX) != 0 {
        assert_eq!(sent.origin(), read.origin());
        // Tags that are too long for `x-datadog-tags` are left out, all of them.
        let tags = if fits_header(sent) {
            sent.tags().collect()
        } else {
            vec![]
        };
        assert!(read.tags().eq(tags), "{sent:?} {read:?}");
    }
}

/// Whether `x-datadog-tags` has room for the tags, among them the upper half of the trace id.
fn fits_header(context: &TraceContext) -> bool {
    const MAX_LENGTH: usize = 512;
    let tid = "_dd.p.tid=0123456789abcdef,".len();
    let upper = if context.trace_id() >> 64 == 0 {
        0
    } else {
        tid
    };
    let tags = context
        .tags()
        .map(|(key, value)| key.len() + "=".len() + value.len() + ",".len());
    upper + tags.sum::<usize>() <= MAX_LENGTH + ",".len()
}

fuzz_target!(|input: (Headers, String)| {
    let (Headers(headers), order) = input;
    let propagator = DatadogPropagator::default();
    let Some(first) = propagator.extract_trace_context(&headers) else {
        return;
    };
    let sent = |context: &TraceContext| {
        let mut headers = Carrier::new();
        propagator.inject_trace_context(context, &mut headers);
        headers
    };
    let second = propagator
        .extract_trace_context(&sent(&first))
        .expect("an injected context can be extracted");
    assert_same_trace(&first, &second);
    // Once written, the context stays the same through any number of hops.
    assert_eq!(
        propagator.extract_trace_context(&sent(&second)).as_ref(),
        Some(&second)
    );

    for shape in [
        CarrierShape::Object,
        CarrierShape::Json,
        CarrierShape::Attribute,
    ] {
        let payload = Traced::with_context(json!({ "order": order }), first.clone()).carrier(shape);
        let event = RawEvent::from(json!(payload).to_string());
        let found = extract_trace_context(&event, &Context::default())
            .expect("the payload carries a trace context");
        assert_same_trace(&second, &found);
        assert!(second.baggage().eq(found.baggage()), "{second:?} {found:?}");
    }
});
