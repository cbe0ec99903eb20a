//! The official tracer's spans for an event, compared with our own tracer's.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use emulator::{Agent, Invocation, Outcome, Span};
use serde_json::json;

use crate::events::{KEPT, http, topic_to_queue};
use crate::harness::Running;

/// The tags in which the two differ on some span, each with the tracer that alone has the tag, or has another value.
///
/// The official exporter adds what OpenTelemetry knows about a span. It marks no top-level spans for agents that find
/// them themselves. It takes the origin from the producer, which the extension overwrites with `lambda` on Lambda. It
/// repeats the sampling decision on each span of a chunk, while ours writes it once. It has an error's message in
/// `otel.status_description`, too.
const DIFFERENCES: [&str; 14] = [
    "_dd.origin differs",
    "_dd.origin own",
    "_dd.p.dm official",
    "_dd.sdk.otlp_export official",
    "_dd.top_level own",
    "_sampling_priority_v1 official",
    "otel.scope.name official",
    "otel.status_code official",
    "otel.status_description official",
    "otel.trace_id official",
    "telemetry.sdk.language official",
    "telemetry.sdk.name official",
    "telemetry.sdk.version official",
    "w3c.tracestate official",
];

/// Tags whose values differ in every process or invocation.
const OF_PROCESS: [&str; 4] = ["process_id", "request_id", "runtime-id", "_dd.p.tid"];

/// All tags of a span, those with text and those with numbers.
fn tags(span: &Span) -> BTreeMap<String, String> {
    let numbers = span.metrics.iter();
    let numbers = numbers.map(|(key, value)| (key.clone(), value.to_string()));
    let mut tags: BTreeMap<_, _> = span.meta.clone().into_iter().chain(numbers).collect();
    for key in OF_PROCESS {
        tags.entry(key.to_owned()).and_modify(String::clear);
    }
    tags
}

/// The tags in which two spans differ, in the words of [`DIFFERENCES`].
fn differences(own: &Span, official: &Span) -> BTreeSet<String> {
    let (own, official) = (tags(own), tags(official));
    let keys: BTreeSet<&String> = own.keys().chain(official.keys()).collect();
    let difference = |key: &String| match (own.get(key), official.get(key)) {
        (Some(_), None) => Some(format!("{key} own")),
        (None, Some(_)) => Some(format!("{key} official")),
        (own, official) => (own != official).then(|| format!("{key} differs")),
    };
    keys.into_iter().filter_map(difference).collect()
}

/// The rest of a span.
fn rest(span: &Span) -> (&str, &str, &str, i32, usize) {
    let Span {
        service,
        resource,
        span_type,
        error,
        span_links,
        ..
    } = span;
    (service, resource, span_type, *error, span_links.len())
}

#[tokio::test]
async fn the_spans_are_those_of_our_own_exporter_except_for_tags_that_the_official_one_writes_differently()
 {
    let ordered = |order: &str| json!({ "order": order, "headers": KEPT.headers() });
    let events = [
        json!({}),
        KEPT.event(),
        http(),
        topic_to_queue(),
        ordered("error"),
        ordered("panic"),
    ];
    let mut differ = BTreeSet::new();
    for event in events {
        let [own, official] = [
            Running::start("own").await,
            Running::start("official").await,
        ];
        match [own.invoke(&event).await, official.invoke(&event).await] {
            [Outcome::Response(_), Outcome::Response(_)] => {}
            [by_own, by_official] => assert_eq!(by_official, by_own),
        }
        assert_eq!(official.tree(), own.tree());
        for span in own.agent.spans() {
            let other = official.span(&span.name);
            assert_eq!(rest(&other), rest(&span));
            differ.extend(differences(&span, &other));
        }
    }
    assert_eq!(differ.into_iter().collect::<Vec<_>>(), DIFFERENCES);
}

#[tokio::test]
async fn every_span_inferred_from_an_event_has_the_producer_s_decision_even_if_it_ended_early() {
    let running = Running::start("official").await;
    running.response(&topic_to_queue()).await;
    for name in ["aws.sns", "aws.sqs", "aws.lambda", "internal"] {
        let span = running.span(name);
        assert_eq!(
            span.metrics["_sampling_priority_v1"].to_string(),
            "2",
            "{name}"
        );
        assert_eq!(span.trace_id, KEPT.trace_id, "{name}");
    }
    assert_eq!(running.agent.traces().len(), 1, "{}", running.tree());
}

/// The spans of a function that is killed at its deadline. The official exporter sends in threads of its own, which a busy
/// machine may keep waiting.
async fn killed(variables: &[(&str, &str)]) -> Vec<Span> {
    let variables = [variables, &[("DD_APM_FLUSH_DEADLINE_MILLISECONDS", "4000")]].concat();
    let running = Running::with("official", &variables, Agent::start().await.unwrap()).await;
    let limit = Duration::from_secs(5);
    let slow = Invocation {
        timeout: Some(limit),
        ..Invocation::new(json!({ "order": "slow" }).to_string())
    };
    assert_eq!(
        running.function.api.invoke(slow).await,
        Outcome::Timeout { limit }
    );
    running.agent.spans()
}

#[tokio::test]
async fn at_an_impending_timeout_the_function_s_span_is_sent_only_with_partial_flushing() {
    assert_eq!(killed(&[]).await, []);
    let partial = [
        ("DD_TRACE_PARTIAL_FLUSH_ENABLED", "true"),
        ("DD_TRACE_PARTIAL_FLUSH_MIN_SPANS", "1"),
    ];
    let spans = killed(&partial).await;
    let [root] = spans.as_slice() else {
        panic!("{spans:?}");
    };
    assert_eq!(root.meta["error.type"], "Impending Timeout");
}
