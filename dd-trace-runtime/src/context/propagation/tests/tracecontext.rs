//! Reading `traceparent` and `tracestate`.

use super::{TRACEPARENT, changed, extract};
use crate::context::trace_context::TraceContext;

const NOT_SAMPLED: &str = "00-0000000000000000000000000000007b-0000000000000999-00";

fn with_state(traceparent: &str, tracestate: &str) -> TraceContext {
    extract([("traceparent", traceparent), ("tracestate", tracestate)]).expect("a context")
}

#[test]
fn a_traceparent_alone_is_a_context_with_the_priority_of_its_flag() {
    let context = extract([("TraceParent", TRACEPARENT)]);
    assert_eq!(context, Some(TraceContext::new(123, 0x999, Some(1))));
    let context = extract([("traceparent", NOT_SAMPLED)]);
    assert_eq!(context, Some(TraceContext::new(123, 0x999, Some(0))));
}

#[test]
fn a_trace_id_in_a_traceparent_has_128_bits() {
    let header = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let context = extract([("traceparent", header)]).expect("a context");
    assert_eq!(
        context.trace_id(),
        0x0af7_6519_16cd_43dd_8448_eb21_1c80_319c
    );
    assert_eq!(context.parent_id(), 0xb7ad_6b71_6920_3331);
}

#[test]
fn a_malformed_traceparent_is_no_context() {
    for header in [
        "",
        "00",
        "00-0000000000000000000000000000007B-0000000000000999-01",
        "00-00000000000000000000000000000000-0000000000000999-01",
        "00-0000000000000000000000000000007b-0000000000000000-01",
        "00-0000000000000000000000000000007b-0000000000000999",
        "00-0000000000000000000000000000007b-0000000000000999-1",
        "00-0000000000000000000000000000007b-0000000000000999-01-extra",
        "ff-0000000000000000000000000000007b-0000000000000999-01",
        "0-0000000000000000000000000000007b-0000000000000999-01",
        "00-7b-0000000000000999-01",
        "00_0000000000000000000000000000007b_0000000000000999_01",
    ] {
        assert_eq!(extract([("traceparent", header)]), None, "{header}");
    }
}

#[test]
fn a_later_version_may_add_fields_and_flags() {
    let header = "01-0000000000000000000000000000007b-0000000000000999-03-later";
    let context = extract([("traceparent", header)]);
    assert_eq!(context, Some(TraceContext::new(123, 0x999, Some(1))));
}

#[test]
fn our_member_gives_origin_tags_and_the_last_datadog_span() {
    let state = "other=1,dd=s:2;o:a~b;p:0123456789abcdef;t.dm:-4;t.usr.id:x~~;unknown:1,more=2";
    let context = with_state(TRACEPARENT, state);
    assert_eq!(context.sampling_priority(), Some(2));
    assert_eq!(context.origin(), Some("a=b"));
    assert_eq!(context.last_parent_id, Some(0x0123_4567_89ab_cdef));
    assert_eq!(
        context.tags().collect::<Vec<_>>(),
        [("_dd.p.dm", "-4"), ("_dd.p.usr.id", "x==")]
    );
    assert_eq!(context.vendor_members(), "other=1,more=2");
}

#[test]
fn the_sampled_flag_wins_where_our_member_disagrees() {
    let sampled = [
        ("s:2", 2),
        ("s:1", 1),
        ("s:0", 1),
        ("s:-1", 1),
        ("s:x", 1),
        ("t.x:1", 1),
    ];
    let not_sampled = [
        ("s:-1", -1),
        ("s:0", 0),
        ("s:1", 0),
        ("s:2", 0),
        ("s:x", 0),
        ("t.x:1", 0),
    ];
    for (traceparent, cases) in [(TRACEPARENT, sampled), (NOT_SAMPLED, not_sampled)] {
        for (item, priority) in cases {
            let context = with_state(traceparent, &format!("dd={item}"));
            assert_eq!(
                context.sampling_priority(),
                Some(priority),
                "{traceparent} {item}"
            );
        }
    }
}

#[test]
fn the_decision_maker_follows_the_decision() {
    let decision_maker = |traceparent, state| {
        let context = with_state(traceparent, state);
        context.tag("_dd.p.dm").map(ToOwned::to_owned)
    };
    assert_eq!(
        decision_maker(TRACEPARENT, "dd=s:2;t.dm:-4").as_deref(),
        Some("-4")
    );
    assert_eq!(
        decision_maker(TRACEPARENT, "dd=s:0;t.dm:-4").as_deref(),
        Some("-0")
    );
    assert_eq!(
        decision_maker(NOT_SAMPLED, "dd=s:-1;t.dm:-4").as_deref(),
        Some("-4")
    );
    assert_eq!(decision_maker(NOT_SAMPLED, "dd=s:2;t.dm:-4"), None);
}

/// The next hop reads the tags from `x-datadog-tags`, where these would be dropped.
#[test]
fn a_tag_that_no_reader_takes_is_left_out() {
    let malformed = ["4", "--4", "-", "", "-4x", "-x", "-4 ", "~4", "-4~", "- 4"];
    for decision_maker in malformed {
        let state = format!("dd=s:2;t.dm:{decision_maker};t.usr.id:x");
        let context = with_state(TRACEPARENT, &state);
        let tags: Vec<_> = context.tags().collect();
        assert_eq!(tags, [("_dd.p.usr.id", "x")], "`{decision_maker}`");
        assert_eq!(context.sampling_priority(), Some(2), "`{decision_maker}`");
    }
    let context = with_state(TRACEPARENT, "dd=s:2;t.upstream_services:YQ~~;t.dm:-4");
    assert_eq!(context.tags().collect::<Vec<_>>(), [("_dd.p.dm", "-4")]);
}

#[test]
fn a_browser_without_a_priority_leaves_the_decision_open() {
    for traceparent in [TRACEPARENT, NOT_SAMPLED] {
        let context = with_state(traceparent, "dd=o:rum");
        assert_eq!(context.sampling_priority(), None);
        assert_eq!(context.priority_or_default(), None);
    }
    assert_eq!(
        with_state(TRACEPARENT, "dd=s:2;o:rum").sampling_priority(),
        Some(2)
    );
}

#[test]
fn a_malformed_member_is_left_out_alone() {
    let state = " dd=s:2;o;p:XYZ;o:é;:;t.:1 ,,nothing,=1,x=,\tgood=1 ,dd=s:-1";
    let context = with_state(TRACEPARENT, state);
    let expected = changed(TraceContext::new(123, 0x999, Some(2)), |c| {
        c.set_vendor_members("good=1".to_owned());
    });
    assert_eq!(context, expected);
}

#[test]
fn the_trace_id_of_the_traceparent_is_not_changed_by_a_tag() {
    let context = with_state(TRACEPARENT, "dd=s:1;t.tid:640cfd8d00000000");
    assert_eq!(context, TraceContext::new(123, 0x999, Some(1)));
}

#[test]
fn no_more_than_31_members_of_others_are_kept() {
    let state: Vec<_> = (0..40).map(|n| format!("k{n}=v")).collect();
    let context = with_state(TRACEPARENT, &state.join(","));
    assert_eq!(context.vendor_members(), state[..31].join(","));
}
