//! Log lines about payloads that lack their trace context, each written once.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use dd_trace_runtime::{TraceContext, Traced, TracedPayload};
use serde::Deserialize;
use tracing::Level;

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn traced<T>(value: T) -> Traced<T> {
    Traced::with_context(value, TraceContext::new(7, 8, Some(1)))
}

#[derive(TracedPayload, Deserialize)]
struct Numbers {
    #[serde(flatten)]
    numbers: BTreeMap<String, u8>,
}

#[test]
fn each_reason_is_one_line() {
    let lines = Lines::default();
    let written = lines.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(Level::DEBUG)
        .with_writer(move || written.clone())
        .with_ansi(false)
        .without_time()
        .finish();
    tracing::subscriber::with_default(subscriber, || {
        for _ in 0..2 {
            let row = BTreeMap::from([("id", 1)]);
            let mut table = csv::Writer::from_writer(Vec::new());
            table.serialize(traced((1, 2))).unwrap();
            serde_urlencoded::to_string(traced(&row)).unwrap();
            serde_json::to_string(&traced(1)).unwrap();
            serde_json::to_string(&traced(&row)).unwrap();
            rmp_serde::to_vec(&traced(&row)).unwrap();
            let erased: &dyn erased_serde::Serialize = &traced(&row);
            serde_json::to_string(erased).unwrap();
            let numbers = BTreeMap::new();
            trace::in_trace(|| serde_json::to_string(&Numbers { numbers })).unwrap();
        }
    });
    let lines = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<&str> = lines
        .lines()
        .filter(|line| line.contains("payload"))
        .collect();
    let expected = [
        "DEBUG dd_trace_runtime: a payload was serialised without its trace context, for which `csv` has no room; send `dd_trace_runtime::trace_headers()` beside it",
        "DEBUG dd_trace_runtime: a payload was serialised without its trace context, as `serde_urlencoded` takes no object for a member; write `#[datadog(carrier = \"json\")]`",
        "DEBUG dd_trace_runtime: a payload was serialised without its trace context, as it is no object; derive `TracedPayload` on what it holds, or send `dd_trace_runtime::trace_headers()` beside it",
        "DEBUG dd_trace_runtime: a payload was serialised without its trace context, as `erased_serde` hides the format; write `#[datadog(binary)]` if that format names its members, as JSON does",
        "DEBUG dd_trace_runtime: a payload was serialised without its trace context, which its own type could not read back; flatten a map of `serde_json::Value`",
    ];
    let lines: Vec<&str> = lines.iter().map(|line| line.trim_start()).collect();
    assert_eq!(lines, expected);
}

#[path = "formats/trace.rs"]
mod trace;
