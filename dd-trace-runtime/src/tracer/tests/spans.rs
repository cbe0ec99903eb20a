//! Our spans follow the rules of OpenTelemetry's.

use opentelemetry::propagation::TextMapPropagator as _;

use super::*;
use crate::context::carrier::Carrier;
use crate::context::propagation::DatadogPropagator;

fn one(provider: &OwnProvider) -> Value {
    let mut chunks = sent(provider);
    assert_eq!((chunks.len(), chunks[0].len()), (1, 1));
    chunks.remove(0).remove(0)
}

#[test]
fn a_span_ends_once_and_nothing_changes_it_afterwards() {
    let (provider, tracer) = provider(&[]);
    let start = SystemTime::UNIX_EPOCH + Duration::from_secs(7);
    let builder = SpanBuilder::from_name("work").with_start_time(start);
    let mut span = tracer.build_with_context(builder, &Context::new());
    assert!(span.is_recording());
    span.end_with_timestamp(start + Duration::from_secs(1));
    assert!(!span.is_recording());
    span.set_attribute(KeyValue::new("a", "b"));
    span.set_status(Status::error("late"));
    span.update_name("late");
    span.add_event("late", vec![]);
    span.end_with_timestamp(start + Duration::from_secs(2));
    drop(span);
    let span = one(&provider);
    assert_eq!(span["duration"], 1_000_000_000);
    assert_eq!(
        (&span["resource"], &span["error"]),
        (&"work".into(), &0.into())
    );
    assert!(span["meta"].get("a").is_none() && span["meta"].get("events").is_none());
    assert!(sent(&provider).is_empty());
}

#[test]
fn a_span_that_is_dropped_ends() {
    let (provider, tracer) = provider(&[]);
    drop(tracer.start("work"));
    assert_eq!(one(&provider)["resource"], "work");
}

#[test]
fn ok_is_final_and_unset_doesn_t_replace_an_error() {
    let error = || Status::error("broken");
    for (statuses, is_error) in [
        (vec![error(), Status::Unset], 1),
        (vec![Status::Unset, error()], 1),
        (vec![error(), Status::Ok], 0),
        (vec![Status::Ok, error()], 0),
    ] {
        let (provider, tracer) = provider(&[]);
        let mut span = tracer.start("work");
        for status in statuses {
            span.set_status(status);
        }
        span.end();
        assert_eq!(one(&provider)["error"], is_error);
    }
}

#[test]
fn name_kind_events_and_links_come_from_the_builder_and_from_later_calls() {
    let (provider, tracer) = provider(&[]);
    let other = SpanContext::new(
        TraceId::from(5),
        SpanId::from(6),
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    );
    let mut builder = SpanBuilder::from_name("work")
        .with_kind(SpanKind::Client)
        .with_links(vec![Link::new(other.clone(), vec![], 0)]);
    builder.events = Some(vec![Event::with_name("first")]);
    let mut span = tracer.build_with_context(builder, &Context::new());
    span.update_name("renamed");
    span.add_event("second", vec![KeyValue::new("n", 1)]);
    span.add_link(other, vec![]);
    span.end();
    let span = one(&provider);
    assert_eq!(span["resource"], "renamed");
    assert_eq!(span["meta"]["span.kind"], "client");
    assert_eq!(span["span_links"].as_array().unwrap().len(), 2);
    let events: Value = serde_json::from_str(span["meta"]["events"].as_str().unwrap()).unwrap();
    let names: Vec<_> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|e| &e["name"])
        .collect();
    assert_eq!(names, ["first", "second"]);
}

#[test]
fn attributes_events_and_links_beyond_the_limits_are_dropped() {
    let (provider, tracer) = provider(&[]);
    let mut span = tracer.start("work");
    for index in 0..5_000 {
        span.set_attribute(KeyValue::new(format!("k{index}"), 1));
        span.add_event("e", vec![]);
        span.add_link(SpanContext::NONE, vec![]);
    }
    span.end();
    let span = one(&provider);
    let own = span["metrics"].as_object().unwrap().keys();
    assert_eq!(own.filter(|key| key.starts_with('k')).count(), 4_096);
    assert_eq!(span["span_links"].as_array().unwrap().len(), 4_096);
    let events: Value = serde_json::from_str(span["meta"]["events"].as_str().unwrap()).unwrap();
    assert_eq!(events.as_array().unwrap().len(), 128);
}

#[test]
fn where_telemetry_is_suppressed_nothing_is_recorded() {
    let (provider, tracer) = provider(&[]);
    let cx = Context::new().with_telemetry_suppressed();
    let mut span = tracer.start_with_context("work", &cx);
    assert!(!span.is_recording() && !span.span_context().is_valid());
    span.set_attribute(KeyValue::new("a", "b"));
    span.end();
    assert!(sent(&provider).is_empty());
}

#[test]
fn other_vendors_members_of_a_trace_state_go_from_span_to_span() {
    let (_, tracer) = provider(&[]);
    let mut parent = TraceContext::new(1, 2, Some(1));
    parent.set_vendor_members("a=1".to_owned());
    let parent = parent.into_otel(&Context::new());
    let span = parent.with_span(tracer.start_with_context("work", &parent));
    let span = span.with_span(tracer.start_with_context("inner", &span));
    assert_eq!(span.span().span_context().trace_state().header(), "a=1");
    let context = TraceContext::from_otel(&span).unwrap();
    assert_eq!(context.vendor_members(), "a=1");
}

#[test]
fn spans_that_end_in_any_order_leave_none_open() {
    let (provider, tracer) = provider(&[]);
    let root = Context::new().with_span(tracer.start("root"));
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2], [1, 2, 0]] {
        let mut spans: Vec<_> = (0..3)
            .map(|_| Some(tracer.start_with_context("child", &root)))
            .collect();
        for at in order {
            drop(spans[at].take());
        }
        assert_eq!(sent(&provider)[0].len(), 3);
    }
    root.span().end();
    assert_eq!(one(&provider)["resource"], "root");
}

#[test]
fn a_span_is_asked_for_its_trace_only_if_it_has_one() {
    let remote = TraceContext::new(1, 2, Some(1)).into_otel(&Context::new());
    for cx in [Context::new(), remote] {
        assert!(crate::context::local_trace::of(&cx.span()).is_none());
    }
    let (_, tracer) = provider(&[]);
    let ended = Context::new().with_span(tracer.start("root"));
    ended.span().end();
    assert!(crate::context::local_trace::of(&ended.span()).is_some());
    assert_eq!(decided(&ended).1.map(Cow::from), Some("-0".into()));
}

#[test]
fn spans_of_one_trace_on_many_threads_all_end_and_leave_none_open() {
    let (provider, tracer) = provider(&[]);
    let root = Context::new().with_span(tracer.start("root"));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let mut kept = Vec::new();
                for at in 0..200 {
                    let span = tracer.start_with_context("child", &root);
                    if at % 3 == 0 {
                        kept.push(span);
                    }
                }
            });
        }
    });
    let trace = super::super::trace::Trace::of(&root.span()).unwrap();
    assert_eq!(trace.open().len(), 1);
    root.span().end();
    assert_eq!(trace.open().len(), 0);
    let spans: usize = sent(&provider).iter().map(Vec::len).sum();
    assert_eq!(spans, 801);
}

#[test]
fn the_open_spans_below_an_invocation_end_as_errors_and_those_above_it_stay_open() {
    let (provider, tracer) = provider(&[]);
    let above = Context::new().with_span(tracer.start("above"));
    let function = above.with_span(tracer.start_with_context("function", &above));
    let outer = function.with_span(tracer.start_with_context("outer", &function));
    let inner = outer.with_span(tracer.start_with_context("inner", &outer));
    inner.span().set_status(Status::error("own"));
    tracer.start_with_context("over", &outer).end();
    super::super::invocation::end_below(&function, "Kind", "message");
    let ended = sent(&provider).remove(0);
    let told: Vec<_> = ended
        .iter()
        .map(|span| {
            let tag = |key: &str| span["meta"].get(key).and_then(Value::as_str);
            (
                span["resource"].as_str().unwrap(),
                span["error"].as_i64().unwrap(),
                tag("error.type"),
                tag("error.message"),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("outer", 1, Some("Kind"), Some("message")),
            ("over", 0, None, None),
            ("inner", 1, None, Some("own")),
        ]
    );
    // The handler ends after all.
    for context in [inner, outer, function, above] {
        context.span().end();
    }
    let late = sent(&provider).remove(0);
    let names: Vec<_> = late.iter().map(|span| &span["resource"]).collect();
    assert_eq!(names, ["above", "function"]);
}

/// The spans of a host that continues these headers.
fn continuing(vars: &[(&str, &str)], headers: &[(&str, &str)]) -> (Value, Carrier) {
    let (provider, tracer) = provider(vars);
    let config = Config::from_vars(|name| {
        let mut vars = vars.iter();
        vars.find_map(|(known, value)| (*known == name).then(|| (*value).to_owned()))
    });
    let propagator = DatadogPropagator::new(config.propagation);
    let headers: Carrier = headers.iter().copied().collect();
    let cx = propagator.extract_with_context(&Context::new(), &headers);
    let root = cx.with_span(tracer.start_with_context("root", &cx));
    let child = root.with_span(tracer.start_with_context("child", &root));
    let mut outgoing = Carrier::new();
    propagator.inject_context(&child, &mut outgoing);
    child.span().end();
    root.span().end();
    let spans = sent(&provider).remove(0);
    let mut spans: Vec<_> = spans
        .into_iter()
        .filter(|span| span["resource"] == "root")
        .collect();
    (spans.remove(0), outgoing)
}

const PARENT: (&str, &str) = (
    "traceparent",
    "00-0000000000000000000000000000007b-0000000000000999-01",
);

#[test]
fn the_last_datadog_span_is_a_tag_wherever_traceparent_names_the_parent() {
    let datadog = [
        ("x-datadog-trace-id", "123"),
        ("x-datadog-parent-id", "2457"),
    ];
    for (headers, expected) in [
        (&[PARENT][..], Some("0000000000000000")),
        (&[PARENT, ("tracestate", "foo=1")], Some("0000000000000000")),
        (
            &[PARENT, ("tracestate", "dd=s:2;o:rum")],
            Some("0000000000000000"),
        ),
        (
            &[PARENT, ("tracestate", "dd=p:XX")],
            Some("0000000000000000"),
        ),
        (
            &[PARENT, ("tracestate", "dd=p:0123456789abcdef")],
            Some("0123456789abcdef"),
        ),
        (
            &[
                PARENT,
                ("x-datadog-trace-id", "123"),
                ("x-datadog-parent-id", "2"),
            ],
            Some("0000000000000002"),
        ),
        (&[PARENT, datadog[0], datadog[1]], None),
        (&datadog, None),
    ] {
        let (root, outgoing) = continuing(&[], headers);
        let tag = root["meta"].get("_dd.parent_id").and_then(Value::as_str);
        assert_eq!(tag, expected, "{headers:?}");
        // Only the tag has the zeros.
        assert!(
            !outgoing
                .get("tracestate")
                .unwrap()
                .contains("p:0000000000000000")
        );
    }
}

#[test]
fn items_of_baggage_are_tags_of_the_first_span() {
    const BAGGAGE: (&str, &str) = (
        "baggage",
        "user.id=a,session.id=b,account.id=c,foo=d,x%2Fy=e%20f",
    );
    let keys = |value| vec![("DD_TRACE_BAGGAGE_TAG_KEYS", value)];
    for (vars, expected) in [
        (vec![], "account.id=c,session.id=b,user.id=a"),
        (keys("session.id, foo,other"), "foo=d,session.id=b"),
        (keys("foo*,x/y"), "x/y=e f"),
        (
            keys("*"),
            "account.id=c,foo=d,session.id=b,user.id=a,x/y=e f",
        ),
        (keys(""), ""),
    ] {
        for headers in [&[BAGGAGE][..], &[PARENT, BAGGAGE]] {
            let (root, _) = continuing(&vars, headers);
            let meta = root["meta"].as_object().unwrap();
            let mut tags: Vec<_> = meta
                .iter()
                .filter_map(|(key, value)| {
                    let key = key.strip_prefix("baggage.")?;
                    Some(format!("{key}={}", value.as_str()?))
                })
                .collect();
            tags.sort();
            assert_eq!(tags.join(","), expected, "{vars:?}");
        }
    }
}

#[test]
fn baggage_with_encoded_keys_is_passed_on() {
    let baggage =
        "%22%2C%3B%5C%28%29%2F%3A%3C%3D%3E%3F%40%5B%5D%7B%7D=%22%2C%3B%5C,userId=Am%C3%A9lie";
    for headers in [&[("baggage", baggage)][..], &[PARENT, ("baggage", baggage)]] {
        let (_, outgoing) = continuing(&[], headers);
        assert_eq!(outgoing.get("baggage"), Some(baggage));
    }
}

#[test]
fn the_first_span_links_to_the_traces_that_the_headers_end() {
    let other = [
        ("x-datadog-trace-id", "5"),
        ("x-datadog-parent-id", "6"),
        PARENT,
    ];
    let links = |vars: &[(&str, &str)], headers: &[(&str, &str)]| {
        let (root, _) = continuing(vars, headers);
        let links = root["span_links"].as_array().cloned().unwrap_or_default();
        let link = |link: &Value| {
            let reason = link["attributes"]["reason"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            (link["trace_id"].as_u64(), link["span_id"].as_u64(), reason)
        };
        links.iter().map(link).collect::<Vec<_>>()
    };
    let ended = (Some(123), Some(0x999), "terminated_context".to_owned());
    assert_eq!(links(&[], &other), [ended]);
    let restart = [("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", "restart")];
    let ended = (
        Some(123),
        Some(0x999),
        "propagation_behavior_extract".to_owned(),
    );
    assert_eq!(links(&restart, &[PARENT]), [ended]);
    let ignore = [("DD_TRACE_PROPAGATION_BEHAVIOR_EXTRACT", "ignore")];
    assert_eq!(links(&ignore, &[PARENT]), []);
    assert_eq!(links(&[], &[PARENT]), []);
}
