//! A payload of five fields, with its trace context and without.

use dd_trace_runtime::TracedPayload;
use divan::Bencher;
use serde::Serialize;

use crate::injection::context;

macro_rules! payload {
    ($name:ident, $derive:ident) => {
        #[derive($derive)]
        #[serde(rename_all = "camelCase")]
        struct $name {
            order_id: &'static str,
            customer: &'static str,
            currency: &'static str,
            amount: f64,
            items: u32,
        }

        impl $name {
            const ORDER: Self = Self {
                order_id: "ord-000001",
                customer: "cust-42",
                currency: "EUR",
                amount: 129.95,
                items: 3,
            };
        }
    };
}

payload!(Plain, Serialize);
payload!(Traced, TracedPayload);

#[divan::bench]
fn plain(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| serde_json::to_string(divan::black_box(&Plain::ORDER)));
}

#[divan::bench]
fn traced(bencher: Bencher<'_, '_>) {
    let _active = context().attach();
    let json = serde_json::to_string(&Traced::ORDER).unwrap();
    assert!(json.contains("x-datadog-trace-id"), "{json}");
    bencher.bench_local(|| serde_json::to_string(divan::black_box(&Traced::ORDER)));
}

#[divan::bench]
fn traced_without_a_trace(bencher: Bencher<'_, '_>) {
    bencher.bench_local(|| serde_json::to_string(divan::black_box(&Traced::ORDER)));
}
