//! Two styles in one carrier.

use super::{TRACEPARENT, complete, propagator};
use crate::context::propagation::{DatadogPropagator, PropagationConfig, Style};
use crate::context::trace_context::{TerminatedContext, TraceContext};

const OTHER_TRACE: &str = "00-000000000000000000000000000001c8-0000000000000999-01";

fn extract_both(styles: &[Style], traceparent: &str, tracestate: &str) -> TraceContext {
    let mut carrier = complete();
    carrier.insert("x-datadog-origin", "lambda");
    carrier.insert("traceparent", traceparent);
    carrier.insert("tracestate", tracestate);
    propagator(styles)
        .extract_trace_context(&carrier)
        .expect("a context")
}

const BOTH: [Style; 2] = [Style::Datadog, Style::TraceContext];
const REVERSED: [Style; 2] = [Style::TraceContext, Style::Datadog];

#[test]
fn in_the_same_trace_the_w3c_span_becomes_the_parent() {
    let context = extract_both(&BOTH, TRACEPARENT, "dd=s:2;o:rum;p:00000000000000aa,x=1");
    assert_eq!(context.parent_id(), 2457);
    assert_eq!(context.last_parent_id, Some(0xaa));
    assert_eq!(context.vendor_members(), "x=1");
    assert_eq!(context.terminated, []);
}

#[test]
fn in_the_same_trace_priority_and_origin_stay_those_of_the_first_style() {
    let context = extract_both(&BOTH, TRACEPARENT, "dd=s:2;o:rum");
    assert_eq!(context.sampling_priority(), Some(1));
    assert_eq!(context.origin(), Some("lambda"));
}

#[test]
fn without_a_last_span_in_tracestate_it_is_the_datadog_parent() {
    let context = extract_both(&BOTH, TRACEPARENT, "x=1");
    assert_eq!(context.last_parent_id, Some(321));
}

#[test]
fn the_same_span_in_both_styles_has_no_other_last_span() {
    let same = "00-0000000000000000000000000000007b-0000000000000141-01";
    let context = extract_both(&BOTH, same, "dd=p:00000000000000aa");
    assert_eq!((context.parent_id(), context.last_parent_id), (321, None));
}

#[test]
fn another_trace_is_terminated_and_the_first_style_wins() {
    let context = extract_both(&BOTH, OTHER_TRACE, "dd=s:2,x=1");
    assert_eq!((context.trace_id(), context.parent_id()), (123, 321));
    assert_eq!(context.vendor_members(), "");
    let terminated = TerminatedContext {
        trace_id: 456,
        span_id: 2457,
        sampled: true,
        tracestate: Some("dd=s:2,x=1".to_owned()),
        context_headers: "tracecontext",
        reason: TerminatedContext::OTHER_TRACE,
    };
    assert_eq!(context.terminated, [terminated]);
}

#[test]
fn the_order_of_the_styles_is_their_precedence() {
    let context = extract_both(&REVERSED, OTHER_TRACE, "dd=s:2");
    assert_eq!((context.trace_id(), context.parent_id()), (456, 2457));
    let terminated = TerminatedContext {
        trace_id: 123,
        span_id: 321,
        sampled: true,
        tracestate: None,
        context_headers: "datadog",
        reason: TerminatedContext::OTHER_TRACE,
    };
    assert_eq!(context.terminated, [terminated]);

    let context = extract_both(&REVERSED, TRACEPARENT, "dd=s:2");
    assert_eq!((context.parent_id(), context.origin()), (2457, None));
}

#[test]
fn traces_that_differ_in_the_upper_half_alone_are_different() {
    let traceparent = "00-640cfd8d00000000000000000000007b-0000000000000999-01";
    let context = extract_both(&BOTH, traceparent, "");
    assert_eq!((context.trace_id(), context.terminated.len()), (123, 1));
}

#[test]
fn extract_first_stops_at_the_first_style_that_finds_a_context() {
    let propagator = DatadogPropagator::new(PropagationConfig {
        extract_first: true,
        ..PropagationConfig::default()
    });
    let mut carrier = complete();
    carrier.insert("traceparent", TRACEPARENT);
    let context = propagator.extract_trace_context(&carrier);
    assert_eq!(context, Some(TraceContext::new(123, 321, Some(1))));

    carrier.remove("x-datadog-trace-id");
    let context = propagator.extract_trace_context(&carrier);
    assert_eq!(context, Some(TraceContext::new(123, 0x999, Some(1))));
}

#[test]
fn a_style_that_is_not_configured_is_not_read() {
    let mut carrier = complete();
    assert_eq!(
        propagator(&[Style::TraceContext]).extract_trace_context(&carrier),
        None
    );
    assert_eq!(propagator(&[]).extract_trace_context(&carrier), None);
    carrier.insert("traceparent", TRACEPARENT);
    let context = propagator(&[Style::Datadog]).extract_trace_context(&carrier);
    assert_eq!(context, Some(TraceContext::new(123, 321, Some(1))));
}

#[test]
fn datadog_headers_without_a_parent_take_that_of_the_same_trace() {
    let mut carrier = complete();
    carrier.insert("x-datadog-sampling-priority", "2");
    carrier.insert("traceparent", TRACEPARENT);
    for parent in [None, Some("garbage"), Some("0")] {
        carrier.remove("x-datadog-parent-id");
        if let Some(parent) = parent {
            carrier.insert("x-datadog-parent-id", parent);
        }
        let context = DatadogPropagator::default().extract_trace_context(&carrier);
        assert_eq!(context, Some(TraceContext::new(123, 0x999, Some(2))));
    }
}

#[test]
fn datadog_headers_without_a_parent_give_way_to_another_trace() {
    let mut carrier = complete();
    carrier.remove("x-datadog-parent-id");
    carrier.insert("traceparent", OTHER_TRACE);
    let context = DatadogPropagator::default().extract_trace_context(&carrier);
    assert_eq!(context, Some(TraceContext::new(456, 0x999, Some(1))));
}
