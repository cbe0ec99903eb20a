//! Spans that a rule keeps although their trace is dropped. The cases are those of Datadog's tests for all its
//! tracers (system-tests, `tests/parametric/test_span_sampling.py`).

use opentelemetry::trace::{Span as _, SpanBuilder, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue};

use super::payload::{Sent, chunks};
use super::{config, lock, remote_parent};
use crate::tracer::any::AnyTracer;
use crate::tracer::provider::{OwnProvider, Source};

const DROPS: (&str, &str) = ("DD_TRACE_SAMPLE_RATE", "0");

/// What the agent receives if `start` makes the spans, in the order in which they ended.
fn sent(vars: &[(&str, &str)], start: impl FnOnce(&AnyTracer)) -> Vec<Sent> {
    let config = config(vars);
    let provider = OwnProvider::new(&config);
    start(&Source::Own(provider.clone()).tracer("test"));
    let finished = lock(&provider.exporter.finished).take();
    let spans = finished.into_iter().map(|finished| finished.span);
    chunks(spans.collect(), &config).concat()
}

fn named(service: &'static str, name: &'static str) -> SpanBuilder {
    SpanBuilder::from_name(name).with_attributes([
        KeyValue::new("service.name", service),
        KeyValue::new("operation.name", name),
    ])
}

fn request(tracer: &AnyTracer) {
    tracer.build(named("webserver", "web.request")).end();
}

/// Mechanism, rate and limit, as far as the span has them.
fn kept(span: &Sent) -> [Option<f64>; 3] {
    ["mechanism", "rule_rate", "max_per_second"].map(|name| {
        let key = format!("_dd.span_sampling.{name}");
        span.metrics.get(&key).copied()
    })
}

const NO: [Option<f64>; 3] = [None; 3];

fn yes(rate: f64, limit: Option<f64>) -> [Option<f64>; 3] {
    [Some(8.0), Some(rate), limit]
}

#[test]
fn the_first_rule_that_matches_keeps_the_span_or_no_rule_does() {
    let all = yes(1.0, None);
    for (rules, expected) in [
        (r#"[{"service":"webserver","name":"web.request"}]"#, all),
        (r#"[{"service":"webse*","name":"web.re?uest"}]"#, all),
        (r#"[{"service":"notmatching","name":"notmatching"}]"#, NO),
        (r#"[{"service":"webserver"}]"#, all),
        (r#"[{"name":"no_match"}]"#, NO),
        (
            r#"[{"service":"webserver"},{"service":"webserver","sample_rate":0}]"#,
            all,
        ),
        (
            r#"[{"service":"webserver","sample_rate":0},{"service":"webserver"}]"#,
            NO,
        ),
        (r#"[{"max_per_second":50}]"#, yes(1.0, Some(50.0))),
        (r#"[{"max_per_second":-1}]"#, all),
        (r#"[{"max_per_second":0}]"#, NO),
        (r#"[{"resource":"web.*"}]"#, all),
        (r#"[{"resource":"GET *"}]"#, NO),
        (r#"[{"tags":{"team":"a?"}}]"#, all),
        (r#"[{"tags":{"team":"b"}}]"#, NO),
        ("[]", NO),
    ] {
        let vars = [
            DROPS,
            ("DD_TAGS", "team:ab"),
            ("DD_SPAN_SAMPLING_RULES", rules),
        ];
        let [span] = &sent(&vars, request)[..] else {
            panic!("{rules}: the trace isn't sent");
        };
        assert_eq!(kept(span), expected, "{rules}");
    }
}

#[test]
fn a_limit_belongs_to_its_rule_and_counts_the_spans_that_the_rule_keeps() {
    let rules = r#"[
        {"service":"webserver","max_per_second":0.001},
        {"service":"webserver2","max_per_second":0.002}
    ]"#;
    let spans = sent(&[DROPS, ("DD_SPAN_SAMPLING_RULES", rules)], |tracer| {
        for service in ["webserver", "webserver2"] {
            for _ in 0..3 {
                tracer.build(named(service, "web.request")).end();
            }
        }
    });
    for (service, limit) in [("webserver", 0.001), ("webserver2", 0.002)] {
        let spans = spans.iter().filter(|span| span.service == service);
        let kept: Vec<_> = spans.map(kept).filter(|kept| *kept != NO).collect();
        assert_eq!(kept, [yes(1.0, Some(limit))], "{service}");
    }
}

#[test]
fn about_as_many_spans_are_kept_as_the_rate_says() {
    let rules = r#"[{"service":"webserver","sample_rate":0.5}]"#;
    let spans = sent(&[DROPS, ("DD_SPAN_SAMPLING_RULES", rules)], |tracer| {
        // Fewer spans than are encoded at a time.
        (0..200).for_each(|_| request(tracer));
    });
    let kept = spans.iter().filter(|span| kept(span) == yes(0.5, None));
    let kept = kept.count();
    assert!((60..140).contains(&kept), "{kept}");
}

/// The other spans are sent, too: the agent counts them before it drops them.
#[test]
fn a_rule_keeps_a_parent_without_its_child_and_a_child_without_its_parent() {
    for kept_name in ["parent", "child"] {
        let rules = format!(r#"[{{"name":"{kept_name}","max_per_second":50}}]"#);
        let spans = sent(&[DROPS, ("DD_SPAN_SAMPLING_RULES", &rules)], |tracer| {
            let parent = Context::new().with_span(tracer.build(named("webserver", "parent")));
            let child = named("webserver", "child");
            tracer.build_with_context(child, &parent).end();
            parent.span().end();
        });
        assert_eq!(spans.len(), 2, "{kept_name}");
        for span in &spans {
            let expected = if span.name == kept_name {
                yes(1.0, Some(50.0))
            } else {
                NO
            };
            assert_eq!(kept(span), expected, "{kept_name}: {}", span.name);
        }
        assert_eq!(spans[0].name, "parent");
        assert_eq!(spans[0].metrics["_sampling_priority_v1"].to_string(), "-1");
        assert!(!spans.iter().any(|span| span.meta.contains_key("_dd.p.dm")));
    }
}

#[test]
fn the_rules_are_asked_only_about_a_dropped_trace() {
    let kept_of = |rules: &str, start: fn(&AnyTracer)| {
        let spans = sent(&[("DD_SPAN_SAMPLING_RULES", rules)], start);
        kept(&spans[0])
    };
    let below = |dd: &'static str, tracer: &AnyTracer| {
        let span = named("webserver", "web.request");
        let parent = remote_parent(1, 2, dd);
        tracer.build_with_context(span, &parent).end();
    };
    for rate in ["0", "1"] {
        let rules = format!(r#"[{{"service":"webserver","sample_rate":{rate}}}]"#);
        let dropped = if rate == "1" { yes(1.0, None) } else { NO };
        assert_eq!(kept_of(&rules, request), NO);
        let by_hand = kept_of(&rules, |tracer| {
            let mut span = tracer.build(named("webserver", "web.request"));
            span.set_attribute(KeyValue::new("manual.drop", true));
            span.end();
        });
        assert_eq!(by_hand, dropped, "{rate}");
        for (dd, expected) in [
            ("s:-1", dropped),
            ("s:0", dropped),
            ("s:1", NO),
            ("s:2", NO),
        ] {
            let vars = [("DD_SPAN_SAMPLING_RULES", &*rules)];
            let spans = sent(&vars, |tracer| below(dd, tracer));
            assert_eq!(kept(&spans[0]), expected, "{rate} {dd}");
        }
    }
}
