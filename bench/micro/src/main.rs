//! Prints nanoseconds per call: extraction from the events in the files, then a payload of five fields without and with
//! its trace context.
//!
//! `micro EVENT...` prints `extract EVENT NANOSECONDS` for each file, `plain NANOSECONDS` and `traced NANOSECONDS`. For
//! a file `source-SOURCE-SIZE.json` of `sources.py`, the time of serde follows: a typed parse, and a parse into a
//! `Value`.

mod typed;

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use dd_trace_runtime::{RawEvent, TracedPayload, extract_trace_context};
use lambda_runtime::Context;
use opentelemetry::Context as OtelContext;
use opentelemetry::global;
use opentelemetry::trace::{TraceContextExt, Tracer};
use serde::Serialize;

macro_rules! order {
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
            fn new() -> Self {
                Self {
                    order_id: "ord-000001",
                    customer: "cust-42",
                    currency: "EUR",
                    amount: 129.95,
                    items: 3,
                }
            }
        }
    };
}

order!(Plain, Serialize);
order!(Traced, TracedPayload);

fn main() -> Result<(), Box<dyn Error>> {
    dd_trace_runtime::init();
    let lambda = Context::default();
    for file in std::env::args().skip(1) {
        let event = RawEvent::from(std::fs::read(&file)?);
        if extract_trace_context(&event, &lambda).is_none() {
            return Err(format!("{file} has no trace context").into());
        }
        let time = nanoseconds(|| extract_trace_context(black_box(&event), &lambda));
        print!("extract {file} {time:.0}");
        if let Some(parse) = source_of(&file).and_then(typed::parser) {
            parse(event.as_bytes())?;
            let typed = nanoseconds(|| parse(black_box(event.as_bytes())));
            let value = nanoseconds(|| {
                serde_json::from_slice::<serde_json::Value>(black_box(event.as_bytes()))
            });
            print!(" {typed:.0} {value:.0}");
        }
        println!();
    }

    let tracer = global::tracer("micro");
    let parent = OtelContext::new().with_span(tracer.start("micro"));
    let _active = parent.attach();
    let (plain, traced) = (Plain::new(), Traced::new());
    if !serde_json::to_string(&traced)?.contains("_datadog") {
        return Err("the payload has no trace context".into());
    }
    println!("plain {:.0}", nanoseconds(|| serde_json::to_string(&plain)));
    println!(
        "traced {:.0}",
        nanoseconds(|| serde_json::to_string(&traced))
    );
    Ok(())
}

/// The middle of `source-SOURCE-SIZE.json`.
fn source_of(file: &str) -> Option<&str> {
    let name = Path::new(file).file_name()?.to_str()?;
    name.strip_prefix("source-")?.split('-').next()
}

/// The median time of one call, over batches.
fn nanoseconds<T>(mut call: impl FnMut() -> T) -> f64 {
    const BATCHES: usize = 101;
    const BATCH: Duration = Duration::from_millis(4);
    /// A longer call, such as a parse of megabytes, is measured in fewer batches.
    const LONG: Duration = Duration::from_millis(1);
    let batches = if time(1, &mut call) > LONG {
        11
    } else {
        BATCHES
    };
    let mut calls = 1_u32;
    while time(calls, &mut call) < BATCH {
        calls *= 2;
    }
    let mut batches: Vec<f64> = (0..batches)
        .map(|_| time(calls, &mut call).as_secs_f64() * 1e9 / f64::from(calls))
        .collect();
    batches.sort_by(f64::total_cmp);
    batches[batches.len() / 2]
}

fn time<T>(calls: u32, call: &mut impl FnMut() -> T) -> Duration {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(call());
    }
    start.elapsed()
}
