//! Writing `x-datadog-*`, `traceparent` and `tracestate`.

use super::{changed, inject, propagator};
use crate::context::carrier::Carrier;
use crate::context::propagation::{DatadogPropagator, PropagationConfig, Style};
use crate::context::trace_context::TraceContext;

const TRACE_ID: u128 = 0x640c_fd8d_0000_0000_0000_0000_0000_007b;
/// Its upper half, as a tag.
const TRACE_ID_HALF: &str = "_dd.p.tid=640cfd8d00000000";

fn tracestate(context: &TraceContext) -> String {
    let carrier = inject(context);
    carrier.get("tracestate").expect("a tracestate").to_owned()
}

fn with_vendors(members: &[String]) -> TraceContext {
    changed(TraceContext::new(123, 321, Some(1)), |c| {
        c.set_vendor_members(members.join(","));
    })
}

#[test]
fn every_header_is_written() {
    let context = changed(TraceContext::new(TRACE_ID, 321, Some(2)), |c| {
        c.set_vendor_members("x=1".to_owned());
    })
    .with_origin("lambda")
    .with_tag("_dd.p.dm", "-4")
    .with_baggage("a", "1");
    let expected = [
        ("x-datadog-trace-id", "123"),
        ("x-datadog-parent-id", "321"),
        ("x-datadog-sampling-priority", "2"),
        ("x-datadog-origin", "lambda"),
        ("x-datadog-tags", "_dd.p.tid=640cfd8d00000000,_dd.p.dm=-4"),
        (
            "traceparent",
            "00-640cfd8d00000000000000000000007b-0000000000000141-01",
        ),
        (
            "tracestate",
            "dd=s:2;o:lambda;p:0000000000000141;t.dm:-4,x=1",
        ),
        ("baggage", "a=1"),
    ];
    assert_eq!(inject(&context).iter().collect::<Vec<_>>(), expected);
}

#[test]
fn what_is_not_known_is_not_written() {
    let expected = [
        ("x-datadog-trace-id", "123"),
        ("x-datadog-parent-id", "321"),
        (
            "traceparent",
            "00-0000000000000000000000000000007b-0000000000000141-01",
        ),
        ("tracestate", "dd=p:0000000000000141"),
    ];
    let carrier = inject(&TraceContext::new(123, 321, None));
    assert_eq!(carrier.iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_flag_is_set_for_a_priority_that_keeps_the_trace() {
    for (priority, flag) in [(2, "01"), (1, "01"), (0, "00"), (-1, "00")] {
        let carrier = inject(&TraceContext::new(123, 321, Some(priority)));
        let traceparent = carrier.get("traceparent").expect("a traceparent");
        assert!(traceparent.ends_with(flag), "{priority}: {traceparent}");
    }
    let undecided = TraceContext::new(123, 321, None).with_origin("rum");
    let carrier = inject(&undecided);
    assert!(
        carrier
            .get("traceparent")
            .is_some_and(|header| header.ends_with("00"))
    );
}

#[test]
fn a_context_without_ids_writes_nothing() {
    for (trace_id, parent_id) in [(0, 321), (123, 0), (0, 0)] {
        assert!(inject(&TraceContext::new(trace_id, parent_id, Some(1))).is_empty());
    }
}

#[test]
fn a_synthetic_test_without_a_parent_is_written_in_datadogs_style_alone() {
    let carrier = inject(&TraceContext::new(123, 0, Some(1)).with_origin("synthetics"));
    assert_eq!(carrier.get("x-datadog-parent-id"), Some("0"));
    assert_eq!(carrier.get("traceparent"), None);
}

#[test]
fn a_trace_id_with_a_lower_half_of_zero_is_written_in_w3c_style_alone() {
    let carrier = inject(&TraceContext::new(1 << 64, 321, Some(1)));
    let names: Vec<_> = carrier.iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["traceparent", "tracestate"]);
}

#[test]
fn the_last_datadog_span_of_a_foreign_parent_is_passed_on() {
    let context = changed(TraceContext::new(123, 321, Some(1)), |c| {
        c.last_parent_id = Some(0xaa);
    });
    assert_eq!(tracestate(&context), "dd=s:1;p:00000000000000aa");
}

#[test]
fn characters_that_tracestate_forbids_are_replaced() {
    let context = TraceContext::new(123, 321, Some(1))
        .with_origin("a=b,c;d~")
        .with_tag("_dd.p.a:b;c", "x=y;z~");
    let expected = "dd=s:1;o:a~b_c_d_;p:0000000000000141;t.a_b_c:x~y_z_";
    assert_eq!(tracestate(&context), expected);
}

#[test]
fn our_member_is_at_most_256_bytes_and_leaves_out_what_does_not_fit() {
    let context = TraceContext::new(123, 321, Some(1))
        .with_tag(
            "_dd.p.a",
            "v".repeat(256 - "dd=s:1;p:0000000000000141;t.a:;t.b:1".len()),
        )
        .with_tag("_dd.p.b", "1");
    assert_eq!(tracestate(&context).len(), 256);

    let context = context.with_tag("_dd.p.b", "12").with_tag("_dd.p.c", "3");
    let state = tracestate(&context);
    assert!(
        !state.contains("t.b:") && state.ends_with(";t.c:3"),
        "{state}"
    );

    let context = TraceContext::new(123, 321, Some(1)).with_origin("o".repeat(250));
    assert_eq!(tracestate(&context), "dd=s:1;p:0000000000000141");
}

#[test]
fn tracestate_has_at_most_32_members() {
    let members: Vec<_> = (0..40).map(|n| format!("k{n}=v")).collect();
    assert_eq!(tracestate(&with_vendors(&members)).split(',').count(), 32);
}

#[test]
fn a_tracestate_over_512_bytes_loses_long_members_first() {
    let member = |key: char, length: usize| format!("{key}={}", "v".repeat(length - 2));
    let members = [
        member('a', 150),
        member('b', 128),
        member('c', 150),
        member('d', 128),
    ];
    let state = tracestate(&with_vendors(&members));
    let expected = format!(
        "dd=s:1;p:0000000000000141,{},{},{}",
        members[0], members[1], members[3]
    );
    assert_eq!(state, expected);
}

#[test]
fn a_tracestate_still_over_512_bytes_loses_its_last_members() {
    let members: Vec<_> = (10..20)
        .map(|n| format!("k{n}={}", "v".repeat(96)))
        .collect();
    let state = tracestate(&with_vendors(&members));
    assert_eq!(
        state,
        format!("dd=s:1;p:0000000000000141,{}", members[..4].join(","))
    );
}

#[test]
fn tags_over_the_limit_are_not_written_and_reported_but_for_half_of_the_trace_id() {
    let context = TraceContext::new(TRACE_ID, 321, Some(1)).with_tag("_dd.p.x", "v".repeat(500));
    let report = |context: &TraceContext, tags_max_length| {
        let propagator = DatadogPropagator::new(PropagationConfig {
            tags_max_length,
            ..PropagationConfig::default()
        });
        let (carrier, error) = propagator.inject_styles(context);
        let tags = carrier.get("x-datadog-tags");
        match error {
            None => assert!(tags.is_some_and(|tags| tags.contains("_dd.p.x="))),
            Some("disabled") => assert_eq!(tags, None),
            Some(_) => assert_eq!(tags, Some(TRACE_ID_HALF)),
        }
        error
    };
    assert_eq!(report(&context, 512), Some("inject_max_size"));
    assert_eq!(report(&context, 1024), None);
    assert_eq!(report(&context, 0), Some("disabled"));
}

#[test]
fn only_tags_that_travel_can_be_set() {
    let context = TraceContext::new(TRACE_ID, 321, None)
        .with_tag("other", "1")
        .with_tag("_dd.p.", "1")
        .with_tag("_dd.p.tid", "1");
    assert_eq!(context.tags().count(), 0);
}

#[test]
fn a_tag_that_a_header_cannot_hold_is_none_wherever_it_comes_from() {
    let values = ["", "a,b", "é", "a\r\nx-evil: 1", "\0"];
    for value in values {
        let context = TraceContext::new(TRACE_ID, 321, None).with_tag("_dd.p.x", value);
        assert_eq!(context.tags().count(), 0, "{value:?}");
    }
    for key in [
        "_dd.p.a b",
        "_dd.p.a=b",
        "_dd.p.a,b",
        "_dd.p.é",
        "_dd.p.a\n",
    ] {
        let context = TraceContext::new(TRACE_ID, 321, None).with_tag(key, "1");
        assert_eq!(context.tags().count(), 0, "{key:?}");
    }
    // A trace state that other code made.
    for member in ["t.:1", "t.x:", "t.a b:1", "t.a=b:1", "t.tid:1"] {
        let cx = with_member(member);
        let continued = TraceContext::continued_by(&cx).expect("a remote span");
        assert_eq!(continued.tags().count(), 0, "{member:?}");
    }
}

/// A remote span whose trace state has that `dd` member.
fn with_member(member: &str) -> opentelemetry::Context {
    use opentelemetry::trace::{SpanContext, TraceContextExt, TraceFlags, TraceState};
    let span = SpanContext::new(
        opentelemetry::TraceId::from(123),
        opentelemetry::SpanId::from(321),
        TraceFlags::SAMPLED,
        true,
        TraceState::from_key_value([("dd", member)]).unwrap_or_default(),
    );
    opentelemetry::Context::new().with_remote_span_context(span)
}

#[test]
fn a_style_that_is_not_configured_is_not_written() {
    let names = |styles: &[Style]| {
        let mut carrier = Carrier::new();
        let context = TraceContext::new(123, 321, Some(1)).with_baggage("a", "1");
        propagator(styles).inject_trace_context(&context, &mut carrier);
        carrier
            .into_iter()
            .map(|(name, _)| name)
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&[]), [""; 0]);
    assert_eq!(names(&[Style::Baggage]), ["baggage"]);
    assert_eq!(names(&[Style::TraceContext]), ["traceparent", "tracestate"]);
}

#[test]
fn a_header_that_the_propagator_wrote_is_one_like_any_other() {
    let context = TraceContext::new(TRACE_ID, 321, Some(-1)).with_origin("rum");
    let written = DatadogPropagator::default().headers(&context);
    let set = inject(&context);
    assert_eq!(written, set);
    let pairs = |carrier: Carrier| carrier.into_iter().collect::<Vec<_>>();
    assert_eq!(pairs(written.clone()), pairs(set.clone()));
    assert_eq!(written.to_json_string(), set.to_json_string());

    let mut changed = written;
    let old = changed.insert("X-Datadog-Origin", "lambda");
    assert_eq!(old.as_deref(), Some("rum"));
    let removed = changed.remove("x-datadog-sampling-priority");
    assert_eq!(removed.as_deref(), Some("-1"));
    assert_eq!(changed.get("x-datadog-origin"), Some("lambda"));
    assert_eq!(changed.get("x-datadog-parent-id"), Some("321"));
    assert_eq!(changed.len(), set.len() - 1);
}
