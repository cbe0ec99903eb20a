//! The member `ot` of `tracestate`. The vectors come from Datadog's tests for all its tracers.

use super::{TRACEPARENT, changed, extract, inject};
use crate::context::local_trace::Decision;
use crate::context::trace_context::TraceContext;

const INHERITED: &str = "rv:ef284ace7a91e1;th:e6666666666668";

fn decided(mut context: TraceContext, priority: i8, rate: Option<&str>) -> TraceContext {
    let decision = Decision {
        priority,
        maker: None,
        sample_rate: rate.map(str::to_owned),
    };
    decision.tell(&mut context);
    context
}

fn members(context: &TraceContext) -> &str {
    context.vendor_members()
}

#[test]
fn a_decision_by_a_rate_has_the_randomness_of_the_trace_and_the_threshold_of_the_rate() {
    for (trace_id, rate, priority, expected) in [
        (1, "0.1", 2, "ot=rv:f0948a54d43b8e;th:e6666666666668"),
        (10, "0.1", -1, "ot=rv:65cd67504a538e;th:e6666666666668"),
        (
            18_444_899_399_302_180_862,
            "0.01",
            2,
            "ot=rv:fe93c079a65653;th:fd70a3d70a3d7",
        ),
        (1000, "0.2", -1, "ot=rv:c43c5b5d08a38e;th:ccccccccccccd"),
        (
            646_771_306_295_669_658,
            "0.5",
            2,
            "ot=rv:899fbcfd433be9;th:8",
        ),
        (83, "0.99", 0, "ot=rv:0028d980cf4f1c;th:028f5c28f5c29"),
        (1, "1", 1, "ot=rv:f0948a54d43b8e;th:0"),
    ] {
        let context = decided(TraceContext::new(trace_id, 2, None), priority, Some(rate));
        assert_eq!(members(&context), expected);
        let header = inject(&context);
        let header = header.get("tracestate").unwrap();
        assert!(header.contains(&format!(",{expected}")), "{header}");
    }
}

#[test]
fn a_decision_that_the_rate_does_not_explain_has_no_member() {
    for (priority, rate) in [(-1, "1"), (2, "0"), (-1, "0"), (2, "0.01")] {
        let context = decided(TraceContext::new(1, 2, None), priority, Some(rate));
        assert_eq!(members(&context), "", "{rate}");
    }
}

#[test]
fn an_inherited_member_goes_on_and_stands_where_it_stood() {
    let incoming = format!("foo=1,ot={INHERITED};x:1,bar=2");
    let context = with_state(&incoming);
    assert_eq!(members(&context), incoming);
    assert_eq!(members(&decided(context, 1, Some("0.5"))), incoming);
}

#[test]
fn a_user_s_decision_has_no_threshold_and_keeps_the_inherited_randomness() {
    let incoming = format!("foo=1,ot={INHERITED};x:1,bar=2");
    let expected = "ot=rv:ef284ace7a91e1;x:1,foo=1,bar=2";
    for priority in [2, -1] {
        assert_eq!(
            members(&decided(with_state(&incoming), priority, None)),
            expected
        );
    }
    let context = decided(with_state("ot=th:8,foo=1"), 2, None);
    assert_eq!(members(&context), "foo=1");
    assert_eq!(
        members(&decided(TraceContext::new(1, 2, None), 2, None)),
        ""
    );
}

#[test]
fn malformed_parts_are_removed_and_the_first_member_counts() {
    for (incoming, expected) in [
        (
            "a=1,ot=rv:invalid;th:e666;foo:bar",
            "ot=th:e666;foo:bar,a=1",
        ),
        ("a=1,ot=rv:invalid;th:invalid", "a=1"),
        ("ot=rv:EF284ACE7A91E1;th:8", "ot=th:8"),
        ("ot=rv:ef284ace7a91e;th:8", "ot=th:8"),
        ("ot=th:012345678901234", ""),
        ("ot=th:;nothing;:1;x:y", "ot=x:y"),
        ("ot=th:8;", "ot=th:8"),
        ("a=1,ot=th:8,ot=th:4,b=2", "a=1,ot=th:8,b=2"),
        ("ot=foo:bar", "ot=foo:bar"),
    ] {
        assert_eq!(members(&with_state(incoming)), expected, "{incoming}");
    }
}

#[test]
fn a_member_of_our_own_takes_the_place_of_the_last_one() {
    let members: Vec<_> = (0..31).map(|n| format!("v{n}=1")).collect();
    let context = changed(TraceContext::new(1, 2, None), |context| {
        context.set_vendor_members(members.join(","));
    });
    let header = inject(&decided(context, 1, Some("1")));
    let header = header.get("tracestate").unwrap();
    assert_eq!(header.split(',').count(), 32);
    assert!(
        header.contains("ot=rv:") && !header.contains("v30="),
        "{header}"
    );
}

fn with_state(tracestate: &str) -> TraceContext {
    extract([("traceparent", TRACEPARENT), ("tracestate", tracestate)]).expect("a context")
}
