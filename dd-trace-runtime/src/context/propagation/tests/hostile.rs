//! Carriers that nobody should send.

use std::collections::HashMap;

use opentelemetry::propagation::Injector;
use proptest::collection::vec;
use proptest::option;
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
    fn a_link_has_the_ids_and_the_flag_of_the_whole_trace_context(
        values in vec(option::of(value()), HEADERS.len()),
        datadog in option::weighted(0.8, 1..3_u64),
        high in 0..3_u64,
    ) {
        let headers = HEADERS.into_iter().zip(values);
        let mut carrier: Carrier = headers
            .filter_map(|(name, value)| Some((name, value?)))
            .collect();
        if let Some(id) = datadog {
            carrier.insert("x-datadog-trace-id", "123");
            carrier.insert("x-datadog-parent-id", id.to_string());
            carrier.insert("x-datadog-tags", format!("_dd.p.dm=-1,_dd.p.tid={high:016x}"));
        }
        // A link of a browser's trace has no flag before the first server decides.
        carrier.remove("x-datadog-origin");
        let propagator = DatadogPropagator::default();
        let seen = |context: crate::TraceContext| {
            let is_kept = context.priority_or_default().is_some_and(|priority| priority > 0);
            (context.trace_id(), context.parent_id(), is_kept)
        };
        let whole = propagator.extract_trace_context(&carrier);
        let is_rum = whole.as_ref().is_some_and(|whole| whole.origin() == Some("rum"));
        let link = propagator.for_links().extract_trace_context(&carrier);
        // Without a parent there is nothing to link to.
        let has_parent = |seen: &(u128, u64, bool)| seen.1 != 0;
        if !is_rum {
            prop_assert_eq!(
                link.map(seen).filter(has_parent),
                whole.map(seen).filter(has_parent)
            );
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

/// The bytes that a trace context holds on to.
fn held(carrier: &Carrier) -> usize {
    let context = DatadogPropagator::default().extract_trace_context(carrier);
    let context = context.expect("the ids are whole");
    let tags: usize = context
        .tags()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    let baggage: usize = context
        .baggage()
        .map(|(key, value)| key.len() + value.len())
        .sum();
    tags + baggage + context.vendor_members().len() + context.origin().unwrap_or_default().len()
}

fn with(name: &str, value: String) -> Carrier {
    let parent = "00-0000000000000000000000000000007b-0000000000000999-01".to_owned();
    [("traceparent", parent), (name, value)]
        .into_iter()
        .collect()
}

#[test]
fn what_is_kept_of_a_header_has_a_bound_whatever_its_length() {
    let repeated = |count: usize, item: &dyn Fn(usize) -> String, separator: &str| {
        (0..count).map(item).collect::<Vec<_>>().join(separator)
    };
    for times in [1, 2, 4] {
        let many = times * 20_000;
        let families = [
            with(
                "tracestate",
                format!("dd={}", repeated(many, &|n| format!("t.a{n}:b"), ";")),
            ),
            with("tracestate", format!("dd=o:{}", "o".repeat(many))),
            with("tracestate", repeated(many, &|n| format!("v{n}=1"), ",")),
            with("tracestate", format!("v={}", "1".repeat(many))),
            with("baggage", repeated(many, &|n| format!("k{n}=v"), ",")),
        ];
        for carrier in families {
            assert!(held(&carrier) <= 10_000, "{}", held(&carrier));
        }
    }
}

#[test]
fn the_decision_is_read_from_a_member_that_is_too_long() {
    let tags: Vec<String> = (0..100_000).map(|n| format!("t.a{n}:b")).collect();
    let carrier = with("tracestate", format!("dd=s:2;t.dm:-4;{}", tags.join(";")));
    let context = DatadogPropagator::default()
        .extract_trace_context(&carrier)
        .unwrap();
    assert_eq!(context.sampling_priority(), Some(2));
    assert_eq!(context.tags().next(), Some(("_dd.p.dm", "-4")));
    assert!(context.tags().count() <= 64);
}

#[test]
fn an_origin_that_no_header_can_hold_goes_no_further() {
    for origin in ["a\r\nx-evil: 1", "é", "\0", &"o".repeat(257)] {
        let carrier: Carrier = [
            ("x-datadog-trace-id", "1"),
            ("x-datadog-parent-id", "2"),
            ("x-datadog-origin", origin),
        ]
        .into_iter()
        .collect();
        let context = DatadogPropagator::default()
            .extract_trace_context(&carrier)
            .unwrap();
        assert_eq!(context.origin(), None, "{origin:?}");
        assert_eq!(inject(&context).get("x-datadog-origin"), None);
    }
    let context = crate::TraceContext::new(1, 2, None).with_origin("synthetics;=web,z");
    assert_eq!(
        inject(&context).get("x-datadog-origin"),
        Some("synthetics;=web,z")
    );
}

#[test]
fn a_carrier_takes_a_bounded_number_of_headers_and_every_propagation_header() {
    for times in [1, 2, 4] {
        let mut headers: Vec<(String, String)> = (0..times * 5_000)
            .map(|n| (format!("h{n}"), "v".to_owned()))
            .collect();
        headers.push(("X-Datadog-Trace-Id".to_owned(), "1".to_owned()));
        let object: serde_json::Map<_, _> = headers
            .iter()
            .map(|(name, value)| (name.clone(), value.clone().into()))
            .collect();
        let json = serde_json::Value::from(object).to_string();
        let carriers = [
            headers
                .iter()
                .map(|(name, value)| (name, value.clone()))
                .collect(),
            Carrier::from_json(&json).unwrap(),
            serde_json::from_str(&json).unwrap(),
            Carrier::from(headers.iter().cloned().collect::<HashMap<_, _>>()),
            Carrier::from(&in_http(&headers)),
            injected(&headers),
        ];
        for carrier in carriers {
            assert!(carrier.len() <= 129, "{}", carrier.len());
            assert_eq!(carrier.get("x-datadog-trace-id"), Some("1"));
        }
    }
}

#[test]
fn a_carrier_reserves_and_holds_no_more_than_its_bounds() {
    let mut carrier = Carrier::new();
    carrier.reserve(usize::MAX);
    for times in [1, 2, 4] {
        let long = "v,".repeat(times * 20_000);
        for (name, is_list) in [
            ("x", false),
            ("b3", false),
            ("tracestate", true),
            ("Baggage", true),
        ] {
            carrier.insert(name, long.clone());
            let kept = carrier.get(name).map(str::len);
            assert_eq!(kept, is_list.then_some(16 * 1_024 - 1), "{name}");
        }
    }
    assert_eq!(carrier.insert("x", "v".repeat(16 * 1_024)), None);
    assert_eq!(carrier.get("x").map(str::len), Some(16 * 1_024));
}

fn in_http(headers: &[(String, String)]) -> http::HeaderMap {
    let headers = headers.iter().map(|(name, value)| {
        let name = http::HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, value.parse().unwrap())
    });
    headers.collect()
}

fn injected(headers: &[(String, String)]) -> Carrier {
    let mut carrier = Carrier::new();
    for (name, value) in headers {
        Injector::set(&mut carrier, name, value.clone());
    }
    carrier
}
