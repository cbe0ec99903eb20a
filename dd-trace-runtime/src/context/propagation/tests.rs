//! The rules of each style and of several together, one test a rule, and properties over all contexts.

mod b3;
mod baggage;
mod behavior;
mod datadog;
mod hostile;
mod injection;
mod merging;
mod ot_member;
mod otel_context;
mod round_trip;
mod tracecontext;

use super::{DatadogPropagator, PropagationConfig, Style};
use crate::context::carrier::Carrier;
use crate::context::trace_context::TraceContext;

const TRACEPARENT: &str = "00-0000000000000000000000000000007b-0000000000000999-01";

/// A propagator that reads and writes `styles` alone.
fn propagator(styles: &[Style]) -> DatadogPropagator {
    DatadogPropagator::new(PropagationConfig {
        extract: styles.to_vec(),
        inject: styles.to_vec(),
        ..PropagationConfig::default()
    })
}

fn extract<const N: usize>(headers: [(&str, &str); N]) -> Option<TraceContext> {
    let carrier: Carrier = headers.into_iter().collect();
    DatadogPropagator::default().extract_trace_context(&carrier)
}

/// Trace 123, parent 321, priority 1, with one header set to another value.
fn extract_with(header: &str, value: &str) -> Option<TraceContext> {
    let mut carrier = complete();
    carrier.insert(header, value);
    DatadogPropagator::default().extract_trace_context(&carrier)
}

/// Trace 123, parent 321, priority 1, without one of the headers.
fn extract_without(header: &str) -> Option<TraceContext> {
    let mut carrier = complete();
    carrier.remove(header).expect("a header of the carrier");
    DatadogPropagator::default().extract_trace_context(&carrier)
}

fn complete() -> Carrier {
    [
        ("x-datadog-trace-id", "123"),
        ("x-datadog-parent-id", "321"),
        ("x-datadog-sampling-priority", "1"),
    ]
    .into_iter()
    .collect()
}

fn inject(context: &TraceContext) -> Carrier {
    let mut carrier = Carrier::new();
    DatadogPropagator::default().inject_trace_context(context, &mut carrier);
    carrier
}

/// A context changed in what has no public setter.
fn changed(mut context: TraceContext, change: impl FnOnce(&mut TraceContext)) -> TraceContext {
    change(&mut context);
    context
}
