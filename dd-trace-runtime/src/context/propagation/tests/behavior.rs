//! `DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT`.

use opentelemetry::Context;
use opentelemetry::baggage::BaggageExt;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::TraceContextExt;

use super::complete;
use crate::context::carrier::Carrier;
use crate::context::propagation::{Behavior, DatadogPropagator, PropagationConfig};
use crate::context::trace_context::TerminatedContext;

fn propagator(behavior: Behavior) -> DatadogPropagator {
    DatadogPropagator::new(PropagationConfig {
        behavior,
        ..PropagationConfig::default()
    })
}

fn carrier() -> Carrier {
    let mut carrier = complete();
    carrier.insert("baggage", "user.id=42");
    carrier
}

#[test]
fn a_trace_that_is_restarted_has_a_link_and_the_baggage_and_no_parent() {
    let propagator = propagator(Behavior::Restart);
    assert_eq!(propagator.extract_trace_context(&carrier()), None);
    let rest = propagator.extract(&carrier()).unwrap();
    let link = TerminatedContext {
        trace_id: 123,
        span_id: 321,
        sampled: true,
        tracestate: None,
        context_headers: "datadog",
        reason: "propagation_behavior_extract",
    };
    assert_eq!(rest.terminated, [link]);
    assert_eq!(rest.baggage().collect::<Vec<_>>(), [("user.id", "42")]);

    let context = propagator.extract_with_context(&Context::new(), &carrier());
    assert!(!context.span().span_context().is_valid());
    assert_eq!(context.baggage().get("user.id").unwrap().as_str(), "42");
}

#[test]
fn a_trace_that_is_ignored_leaves_nothing() {
    let propagator = propagator(Behavior::Ignore);
    assert_eq!(propagator.extract(&carrier()), None);
    let context = propagator.extract_with_context(&Context::new(), &carrier());
    assert!(!context.span().span_context().is_valid());
    assert!(context.baggage().is_empty());
}
