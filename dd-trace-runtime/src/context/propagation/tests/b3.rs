//! B3, single and multi.

use crate::context::carrier::Carrier;
use crate::context::propagation::Style;
use crate::context::propagation::tests::propagator;
use crate::context::trace_context::TraceContext;

fn extract<const N: usize>(style: Style, headers: [(&str, &str); N]) -> Option<TraceContext> {
    let carrier: Carrier = headers.into_iter().collect();
    propagator(&[style]).extract_trace_context(&carrier)
}

fn single(header: &str) -> Option<TraceContext> {
    extract(Style::B3, [("b3", header)])
}

#[test]
fn the_single_header_has_ids_and_the_sampling_state() {
    for (state, priority) in [
        ("", None),
        ("-0", Some(0)),
        ("-1", Some(1)),
        ("-d", Some(2)),
        ("-1-00000000000000aa", Some(1)),
        ("-x", None),
    ] {
        let header = format!("000000000000007b-0000000000000141{state}");
        assert_eq!(
            single(&header),
            Some(TraceContext::new(123, 321, priority)),
            "{header}"
        );
    }
    let long = single("00000000000000010000000000000002-0000000000000003").unwrap();
    assert_eq!(long.trace_id(), (1 << 64) | 2);
}

#[test]
fn a_single_header_without_valid_ids_is_none() {
    for header in [
        "",
        "0",
        "1",
        "d",
        "7b-141",
        "000000000000007b",
        "000000000000007b-",
        "000000000000007g-0000000000000141",
        "0000000000000000-0000000000000141",
        "000000000000007b-0000000000000000",
    ] {
        assert_eq!(single(header), None, "{header}");
    }
}

#[test]
fn the_headers_of_the_fields_are_read_in_any_case() {
    let ids = [
        ("X-B3-TraceId", "000000000000007B"),
        ("X-B3-SpanId", "0000000000000141"),
    ];
    let with = |name, value| {
        extract(Style::B3Multi, [ids[0], ids[1], (name, value)])
            .unwrap()
            .sampling_priority()
    };
    assert_eq!(with("X-B3-Sampled", "1"), Some(1));
    assert_eq!(with("X-B3-Sampled", "false"), Some(0));
    assert_eq!(with("X-B3-Flags", "1"), Some(2));
    assert_eq!(with("X-B3-ParentSpanId", "1"), None);
    assert_eq!(extract(Style::B3Multi, [ids[0]]), None);
}

#[test]
fn b3_is_read_and_written_only_where_it_is_configured() {
    let context = TraceContext::new(123, 321, Some(1));
    for (style, names) in [
        (Style::B3, &["b3"][..]),
        (
            Style::B3Multi,
            &["x-b3-traceid", "x-b3-spanid", "x-b3-sampled"],
        ),
        (
            Style::Datadog,
            &[
                "x-datadog-trace-id",
                "x-datadog-parent-id",
                "x-datadog-sampling-priority",
            ],
        ),
    ] {
        let mut carrier = Carrier::new();
        propagator(&[style]).inject_trace_context(&context, &mut carrier);
        assert_eq!(
            carrier.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            names
        );
    }
    let carrier: Carrier = [("b3", "000000000000007b-0000000000000141-1")]
        .into_iter()
        .collect();
    assert_eq!(
        propagator(&[Style::B3Multi, Style::Datadog]).extract_trace_context(&carrier),
        None
    );
}

#[test]
fn inject_then_extract_is_the_identity_for_what_b3_can_say() {
    for style in [Style::B3, Style::B3Multi] {
        for priority in [None, Some(0), Some(1), Some(2)] {
            for trace_id in [1, u128::from(u64::MAX), u128::MAX] {
                let context = TraceContext::new(trace_id, u64::MAX, priority);
                let mut carrier = Carrier::new();
                propagator(&[style]).inject_trace_context(&context, &mut carrier);
                assert_eq!(
                    propagator(&[style]).extract_trace_context(&carrier),
                    Some(context)
                );
            }
        }
    }
}
