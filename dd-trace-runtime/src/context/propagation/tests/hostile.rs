//! Carriers that nobody should send.

use proptest::collection::vec;
use proptest::prelude::*;

use super::inject;
use crate::context::carrier::Carrier;
use crate::context::propagation::{DatadogPropagator, DdMember};

const HEADERS: [&str; 8] = [
    "x-datadog-trace-id",
    "x-datadog-parent-id",
    "x-datadog-sampling-priority",
    "x-datadog-origin",
    "x-datadog-tags",
    "traceparent",
    "tracestate",
    "baggage",
];

/// Any text, and text made of the pieces that the headers are made of.
fn value() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        r"[0-9a-f]{2}|[0-9a-f]{16}|[0-9a-f]{32}|[0-9]{1,22}",
        "[-,;=:~%]",
        "dd=|s:|o:|p:|t\\.|_dd\\.p\\.tid|_dd\\.p\\.dm|_dd\\.p\\.x",
        "00-|-0[01]|synthetics|rum|é|\u{1F980}|\0",
    ];
    prop_oneof![
        any::<String>(),
        vec(piece, 0..12).prop_map(|pieces| pieces.concat()),
        Just("123".to_owned()),
        Just("00-0000000000000000000000000000007b-0000000000000999-01".to_owned()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn whatever_the_headers_are_a_context_that_comes_out_can_go_on(
        values in vec(value(), HEADERS.len())
    ) {
        let carrier: Carrier = HEADERS.into_iter().zip(values).collect();
        let propagator = DatadogPropagator::default();
        if let Some(context) = propagator.extract_trace_context(&carrier) {
            prop_assert!(context.is_usable());
            let again = propagator.extract_trace_context(&inject(&context));
            let again = again.map(|again| (again.parent_id(), again.trace_id_halves().1));
            prop_assert_eq!(again, Some((context.parent_id(), context.trace_id_halves().1)));
            let _ = context.into_otel(&opentelemetry::Context::new());
        }
    }

    #[test]
    fn our_member_never_outgrows_what_opentelemetry_accepts(
        priority in any::<Option<i8>>(),
        origin in any::<String>(),
        decision_maker in ".{0,300}",
    ) {
        let value = DdMember {
            priority,
            origin: Some(origin.into()),
            decision_maker: Some(decision_maker.into()),
            sample_rate: Some("0.123456".into()),
        }
        .encode();
        let state = opentelemetry::trace::TraceState::from_key_value([("dd", &value)]);
        prop_assert!(state.is_ok(), "{value}");
        prop_assert_eq!(DdMember::parse(&value).priority, priority);
    }

    #[test]
    fn reading_json_never_panics(json in value()) {
        let _ = Carrier::from_json(&json);
    }
}
