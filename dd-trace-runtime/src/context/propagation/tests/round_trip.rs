//! Inject, then extract: the same context again, in every combination of styles.
//!
//! The alphabets are those that every style involved can represent: a tag's name is graphic ASCII
//! without `,` `;` `=` `:`, a value printable ASCII without `,` `;` `~` and no space at its end. An
//! origin is printable ASCII, baggage any text.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::{changed, propagator};
use crate::context::carrier::Carrier;
use crate::context::propagation::{DatadogPropagator, Style};
use crate::context::trace_context::TraceContext;

const TEXT: &str = r"[ -+\--:<-}]{0,15}[!-+\--:<-}]";
const TAG_NAME: &str = r"[!-+\--9<>-~]{1,8}";

fn origin(any: &'static str) -> impl Strategy<Value = Option<String>> {
    option::of(prop_oneof![
        Just("rum".to_owned()),
        Just("synthetics".to_owned()),
        any,
    ])
}

fn tags() -> impl Strategy<Value = Vec<(String, String)>> {
    let free = (TAG_NAME, TEXT).prop_filter("names with a meaning", |(name, _)| {
        !matches!(name.as_str(), "dm" | "tid" | "upstream_services")
    });
    let decision_maker = (Just("dm".to_owned()), (0..20).prop_map(|n| format!("-{n}")));
    vec(prop_oneof![4 => free, 1 => decision_maker], 0..4)
}

/// Of vendors whose keys begin neither as `dd` nor as `ot`, which have a meaning.
fn vendor_members() -> impl Strategy<Value = String> {
    let member = "[a-ce-np-z][a-z0-9_*/@-]{0,6}=[!-+--<>-~]{1,30}";
    vec(member, 0..5).prop_map(|members| members.join(","))
}

/// Contexts with a lower half that Datadog's style can write, which is any but 0.
fn contexts(origins: &'static str) -> impl Strategy<Value = TraceContext> {
    let ids = (any::<u64>(), 1..=u64::MAX, 1..=u64::MAX);
    let state = (vendor_members(), option::of(any::<u64>()));
    let baggage = vec((any::<String>(), any::<String>()), 0..5);
    let parts = (
        ids,
        any::<Option<i8>>(),
        origin(origins),
        tags(),
        baggage,
        state,
    );
    parts.prop_map(
        |((high, low, parent_id), priority, origin, tags, baggage, state)| {
            let trace_id = (u128::from(high) << 64) | u128::from(low);
            let mut context = TraceContext::new(trace_id, parent_id, priority);
            context = context.with_origin(origin.unwrap_or_default());
            for (name, value) in tags {
                context = context.with_tag(&format!("_dd.p.{name}"), value);
            }
            for (key, value) in baggage {
                if !key.is_empty() && !value.is_empty() {
                    context = context.with_baggage(key, value);
                }
            }
            let (members, last) = state;
            context.set_vendor_members(members);
            context.last_parent_id = last;
            context
        },
    )
}

fn round_trip(styles: &[Style], context: &TraceContext) -> Option<TraceContext> {
    let propagator = propagator(styles);
    let mut carrier = Carrier::new();
    propagator.inject_trace_context(context, &mut carrier);
    let carrier = Carrier::from_json(&carrier.to_json_string())?;
    propagator.extract_trace_context(&carrier)
}

/// What W3C's headers make of a context: their flag decides where there is no priority, and a
/// parent without a last Datadog span is one itself.
fn in_tracecontext(mut context: TraceContext) -> TraceContext {
    context.last_parent_id = context.last_parent_id.or(Some(context.parent_id()));
    if context.sampling_priority().is_none() && context.origin() != Some("rum") {
        context.sampling_priority = Some(1);
        context.with_tag("_dd.p.dm", "-0")
    } else {
        context
    }
}

proptest! {
    #[test]
    fn in_datadogs_style_all_but_the_tracestate_comes_back(
        context in contexts(r"\PC{1,20}")
    ) {
        let found = round_trip(&[Style::Datadog, Style::Baggage], &context);
        let expected = changed(context, |c| { c.set_vendor_members(String::new()); c.last_parent_id = None; });
        prop_assert_eq!(found, Some(expected));
    }

    #[test]
    fn in_w3c_style_everything_comes_back(context in contexts(TEXT)) {
        let found = round_trip(&[Style::TraceContext, Style::Baggage], &context);
        prop_assert_eq!(found, Some(in_tracecontext(context)));
    }

    #[test]
    fn in_both_styles_everything_but_the_last_span_comes_back(context in contexts(TEXT)) {
        // Both name the same parent, which to Datadog's tracers means that it is one of theirs.
        let found = round_trip(&[Style::Datadog, Style::TraceContext, Style::Baggage], &context);
        let expected = changed(context, |c| c.last_parent_id = None);
        prop_assert_eq!(found, Some(expected));
    }

    #[test]
    fn with_w3c_style_first_everything_comes_back(context in contexts(TEXT)) {
        let found = round_trip(&[Style::TraceContext, Style::Datadog, Style::Baggage], &context);
        prop_assert_eq!(found, Some(in_tracecontext(context)));
    }

    #[test]
    fn through_opentelemetrys_context_everything_comes_back(mut context in contexts(r"\PC{1,20}")) {
        // OpenTelemetry keeps baggage itself, without an order and with HTTP tokens as keys.
        context.baggage.clear();
        let cx = context.clone().into_otel(&opentelemetry::Context::new());
        let priority = context.priority_or_default();
        let expected = changed(context, |c| c.sampling_priority = priority);
        prop_assert_eq!(TraceContext::from_otel(&cx), Some(expected));
    }
}

#[test]
fn a_trace_keeps_its_128_bits_whatever_tags_its_tracestate_has() {
    let propagator = DatadogPropagator::default();
    let long = (0..60).map(|n| format!("t.a{n}:b")).collect::<Vec<_>>();
    for tags in ["t.{{`:;t.a:b", "t.a=b:c", "t.a:", &long.join(";")] {
        let carrier: Carrier = [
            (
                "traceparent",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ),
            ("tracestate", &format!("dd=s:2;{tags}")),
        ]
        .into_iter()
        .collect();
        let context = propagator.extract_trace_context(&carrier).unwrap();
        let mut outgoing = Carrier::new();
        propagator.inject_trace_context(&context, &mut outgoing);
        let again = propagator.extract_trace_context(&outgoing).unwrap();
        assert_eq!(again.trace_id(), context.trace_id(), "{tags}");
    }
}
