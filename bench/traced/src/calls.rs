//! Calls that a handler makes besides its work: `BENCH_CALLS` times the call in `BENCH_CALL`.

use std::env;
use std::hint::black_box;
use std::sync::OnceLock;

use dd_trace_runtime::{TracedPayload, trace_headers};
use opentelemetry::trace::{Tracer, TracerProvider};
use opentelemetry::{KeyValue, global};
use serde::Serialize;

/// An outgoing message.
#[derive(TracedPayload)]
struct Traced {
    order_id: &'static str,
    amount: f64,
}

/// The same message without a trace context.
#[derive(Serialize)]
struct Plain {
    order_id: &'static str,
    amount: f64,
}

struct Calls {
    what: String,
    times: usize,
}

/// Makes the calls, if there are any.
pub fn make() -> Result<(), serde_json::Error> {
    static CALLS: OnceLock<Option<Calls>> = OnceLock::new();
    let Some(Calls { what, times }) = CALLS.get_or_init(read) else {
        return Ok(());
    };
    let (order_id, amount) = ("ord-000001", 129.95);
    for _ in 0..*times {
        match what.as_str() {
            "span" => span(),
            "headers" => drop(black_box(trace_headers())),
            "payload" => drop(black_box(serde_json::to_vec(&Traced { order_id, amount })?)),
            "plain_payload" => drop(black_box(serde_json::to_vec(&Plain { order_id, amount })?)),
            _ => {}
        }
    }
    Ok(())
}

fn read() -> Option<Calls> {
    Some(Calls {
        what: env::var("BENCH_CALL").ok()?,
        times: env::var("BENCH_CALLS").ok()?.parse().ok()?,
    })
}

/// A span with three tags, as an application makes it.
fn span() {
    let tracer = global::tracer_provider().tracer("orders");
    let span = tracer.span_builder("reserve stock").with_attributes([
        KeyValue::new("order.id", "ord-000001"),
        KeyValue::new("warehouse", "fra-2"),
        KeyValue::new("items", 3),
    ]);
    drop(black_box(tracer.build(span)));
}
