//! Reading `x-datadog-*`.

use super::{complete, extract, extract_with, extract_without};
use crate::context::propagation::{DatadogPropagator, PropagationConfig};
use crate::context::trace_context::TraceContext;

fn tags(header: &str) -> TraceContext {
    extract_with("x-datadog-tags", header).expect("a context, whatever its tags are")
}

fn error(context: &TraceContext) -> Option<&str> {
    context.propagation_error.as_deref()
}

#[test]
fn ids_and_priority_make_a_context() {
    let context = extract_with("x-datadog-origin", "lambda").expect("a context");
    let expected = TraceContext::new(123, 321, Some(1)).with_origin("lambda");
    assert_eq!(context, expected);
}

#[test]
fn header_names_are_read_in_any_case() {
    let context = extract([
        ("X-Datadog-Trace-Id", "123"),
        ("X-DATADOG-PARENT-ID", "321"),
    ]);
    assert_eq!(context, Some(TraceContext::new(123, 321, None)));
}

#[test]
fn a_missing_priority_is_kept_as_missing_and_means_keep() {
    let context = extract_without("x-datadog-sampling-priority").expect("a context");
    assert_eq!(context.sampling_priority(), None);
    assert_eq!(context.priority_or_default(), Some(1));
}

#[test]
fn a_missing_priority_of_a_browser_means_not_decided() {
    let context = TraceContext::new(123, 321, None).with_origin("rum");
    assert_eq!(context.priority_or_default(), None);
}

#[test]
fn a_priority_that_is_no_whole_number_counts_as_missing() {
    for value in ["garbage", "1.5", "", "300", "-129", "0x1"] {
        let context = extract_with("x-datadog-sampling-priority", value).expect("a context");
        assert_eq!(context.sampling_priority(), None, "{value}");
    }
}

#[test]
fn every_priority_of_one_byte_is_kept() {
    for priority in [-128, -1, 0, 1, 2, 7, 127] {
        let value = priority.to_string();
        let context = extract_with("x-datadog-sampling-priority", &value).expect("a context");
        assert_eq!(context.sampling_priority(), Some(priority));
    }
}

#[test]
fn without_a_parent_there_is_no_context() {
    assert_eq!(extract_without("x-datadog-parent-id"), None);
}

#[test]
fn a_parent_that_is_no_number_is_no_context() {
    for value in ["garbage", "", "-1", "0x141", "18446744073709551616"] {
        assert_eq!(extract_with("x-datadog-parent-id", value), None, "{value}");
    }
}

#[test]
fn a_parent_of_zero_is_accepted_from_a_synthetic_test_alone() {
    assert_eq!(extract_with("x-datadog-parent-id", "0"), None);
    for (origin, accepted) in [
        ("synthetics", true),
        ("synthetics-browser", true),
        ("synthetics;=web,z", true),
        ("Synthetics", false),
        ("rum", false),
    ] {
        let context = extract([
            ("x-datadog-trace-id", "123"),
            ("x-datadog-parent-id", "0"),
            ("x-datadog-origin", origin),
        ]);
        assert_eq!(context.is_some(), accepted, "{origin}");
    }
}

#[test]
fn a_synthetic_test_without_a_parent_header_is_no_context() {
    let context = extract([
        ("x-datadog-trace-id", "123"),
        ("x-datadog-origin", "synthetics"),
    ]);
    assert_eq!(context, None);
}

#[test]
fn a_trace_id_is_a_decimal_number_from_one_to_64_bits() {
    for value in [
        "0",
        "-1",
        "",
        "garbage",
        "0x7b",
        "7b",
        "1.0",
        "18446744073709551616",
    ] {
        assert_eq!(extract_with("x-datadog-trace-id", value), None, "{value}");
    }
    let context = extract_with("x-datadog-trace-id", "18446744073709551615").expect("a context");
    assert_eq!(context.trace_id(), u128::from(u64::MAX));
}

#[test]
fn a_trace_id_alone_is_no_context() {
    assert_eq!(extract([("x-datadog-trace-id", "123")]), None);
}

#[test]
fn the_tid_is_the_upper_half_of_the_trace_id_and_no_tag() {
    let context = tags("_dd.p.tid=640cfd8d00000000,_dd.p.dm=-4");
    assert_eq!(
        context.trace_id(),
        0x640c_fd8d_0000_0000_0000_0000_0000_007b
    );
    assert_eq!(context.tags().collect::<Vec<_>>(), [("_dd.p.dm", "-4")]);
}

#[test]
fn a_tid_that_is_not_16_lower_case_digits_or_is_zero_is_reported_and_dropped() {
    for tid in [
        "640CFD8D00000000",
        "640cfd8d",
        "0000000000000000",
        "640cfd8d0000000g",
    ] {
        let context = tags(&format!("_dd.p.tid={tid},_dd.p.dm=-4"));
        assert_eq!(context.trace_id(), 123, "{tid}");
        assert_eq!(
            error(&context),
            Some(format!("malformed_tid {tid}").as_str())
        );
        assert_eq!(context.tags().collect::<Vec<_>>(), [("_dd.p.dm", "-4")]);
    }
}

#[test]
fn only_the_tags_that_travel_are_kept() {
    let context = tags("_dd.p.usr.id=a=b,other=1,_dd.p.upstream_services=x");
    assert_eq!(
        context.tags().collect::<Vec<_>>(),
        [("_dd.p.usr.id", "a=b")]
    );
    assert_eq!(error(&context), None);
}

#[test]
fn one_malformed_tag_drops_them_all() {
    for bad in ["nothing", "=1", "_dd.p.x=", "_dd.p.x=é", "_dd.p x=1", ""] {
        let context = tags(&format!("_dd.p.dm=-4,_dd.p.tid=640cfd8d00000000,{bad}"));
        assert_eq!(context.tags().count(), 0, "{bad}");
        assert_eq!(context.trace_id(), 123, "{bad}");
        assert_eq!(error(&context), Some("decoding_error"), "{bad}");
    }
}

#[test]
fn a_decision_maker_that_names_no_mechanism_is_dropped_alone() {
    for bad in ["4", "-", "-x", "default"] {
        let context = tags(&format!("_dd.p.dm={bad},_dd.p.x=1"));
        assert_eq!(
            context.tags().collect::<Vec<_>>(),
            [("_dd.p.x", "1")],
            "{bad}"
        );
        assert_eq!(error(&context), Some("decoding_error"), "{bad}");
    }
}

#[test]
fn an_empty_tags_header_is_no_error() {
    assert_eq!(tags(""), TraceContext::new(123, 321, Some(1)));
}

#[test]
fn tags_over_the_limit_are_dropped_and_reported() {
    let fits = format!("_dd.p.x={}", "v".repeat(512 - 8));
    assert_eq!(tags(&fits).tags().count(), 1);
    assert_eq!(error(&tags(&fits)), None);

    let context = tags(&format!("{fits}v"));
    assert_eq!(context.tags().count(), 0);
    assert_eq!(error(&context), Some("extract_max_size"));
}

#[test]
fn tags_are_off_with_a_limit_of_zero() {
    let propagator = DatadogPropagator::new(PropagationConfig {
        tags_max_length: 0,
        ..PropagationConfig::default()
    });
    let mut carrier = complete();
    carrier.insert("x-datadog-tags", "_dd.p.dm=-4");
    let context = propagator.extract_trace_context(&carrier).expect("ids");
    assert_eq!(context.tags().count(), 0);
    assert_eq!(error(&context), Some("disabled"));
}
