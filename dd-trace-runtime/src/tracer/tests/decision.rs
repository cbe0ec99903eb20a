//! When the decision on a trace is taken, from what, and where it is passed on.

use super::*;
use crate::conventions::OwnTags;

#[test]
fn tags_that_are_set_until_the_root_ends_count_for_a_rule() {
    let (provider, tracer) = provider(&[KEEP_A]);
    let mut root = tracer.start("root");
    root.set_attribute(KeyValue::new("team", "a"));
    root.end();
    let span = &sent(&provider)[0][0];
    assert_eq!(span["metrics"]["_sampling_priority_v1"], 2.0);
    assert_eq!(span["metrics"]["_dd.rule_psr"], 1.0);
    assert_eq!(span["metrics"]["_dd.limit_psr"], 1.0);
    assert_eq!(span["meta"]["_dd.p.dm"], "-3");
    assert_eq!(span["meta"]["_dd.p.ksr"], "1");
}

#[test]
fn the_tags_of_a_span_of_the_library_s_own_count() {
    let (provider, tracer) = provider(&[KEEP_A]);
    let mut tags = OwnTags::new("aws.lambda", "checkout", "serverless");
    tags.tag("team", "a");
    let builder = SpanBuilder::from_name("root");
    let mut root = tracer.start_own(builder, tags, &Context::new());
    assert!(root.span_context().is_sampled());
    root.end();
    let span = &sent(&provider)[0][0];
    assert_eq!(span["metrics"]["_sampling_priority_v1"], 2.0);
}

#[test]
fn tags_that_are_set_after_the_first_injection_do_not_count() {
    let (provider, tracer) = provider(&[KEEP_A]);
    let root = Context::new().with_span(tracer.start("root"));
    let child = root.with_span(tracer.start_with_context("child", &root));
    assert_eq!(decided(&child), (Some(-1), None));
    root.span().set_attribute(KeyValue::new("team", "a"));
    assert_eq!(decided(&child), (Some(-1), None));
    child.span().end();
    root.span().end();
    let chunk = &sent(&provider)[0];
    assert_eq!(chunk[0]["resource"], "root");
    assert_eq!(chunk[0]["metrics"]["_sampling_priority_v1"], -1.0);
    assert_eq!(chunk[0]["metrics"]["_dd.rule_psr"], 0.0);
    assert!(chunk[0]["meta"].get("_dd.p.dm").is_none());
}

#[test]
fn tags_that_are_set_before_the_injection_from_a_child_count() {
    let (_, tracer) = provider(&[KEEP_A]);
    let root = Context::new().with_span(tracer.start("root"));
    let child = root.with_span(tracer.start_with_context("child", &root));
    root.span().set_attribute(KeyValue::new("team", "a"));
    assert_eq!(decided(&child), some(2, "-3"));
}

#[test]
fn the_tags_of_a_child_are_not_those_of_its_trace() {
    let (_, tracer) = provider(&[KEEP_A]);
    let root = Context::new().with_span(tracer.start("root"));
    let child = root.with_span(tracer.start_with_context("child", &root));
    child.span().set_attribute(KeyValue::new("team", "a"));
    assert_eq!(decided(&child), (Some(-1), None));
}

#[test]
fn a_trace_is_decided_on_once() {
    let limit = ("DD_TRACE_RATE_LIMIT", "1");
    let (provider, tracer) = provider(&[("DD_TRACE_SAMPLE_RATE", "1"), limit]);
    for priority in [2, -1] {
        let root = Context::new().with_span(tracer.start("root"));
        for _ in 0..3 {
            assert_eq!(decided(&root).0, Some(priority));
        }
        root.span().end();
        let chunk = &sent(&provider)[0];
        assert_eq!(
            chunk[0]["metrics"]["_sampling_priority_v1"],
            f64::from(priority)
        );
    }
}

#[test]
fn spans_that_are_sent_before_the_root_ends_have_its_decision() {
    let (provider, tracer) = provider(&[KEEP_A]);
    let root = Context::new().with_span(tracer.start("root"));
    root.span().set_attribute(KeyValue::new("team", "a"));
    tracer.start_with_context("child", &root).end();
    let early = &sent(&provider)[0][0];
    assert_eq!(early["metrics"]["_sampling_priority_v1"], 2.0);
    assert_eq!(early["meta"]["_dd.p.dm"], "-3");
    assert!(early["metrics"].get("_dd.rule_psr").is_none());
    root.span().end();
    let late = &sent(&provider)[0][0];
    assert_eq!(late["metrics"]["_sampling_priority_v1"], 2.0);
    assert_eq!(late["metrics"]["_dd.rule_psr"], 1.0);
}

#[test]
fn a_tag_keeps_or_drops_the_trace_from_any_span_at_any_time() {
    for (tag, priority, maker) in [
        ("manual.keep", 2, Some("-4".to_owned())),
        ("manual.drop", -1, None),
    ] {
        for rate in ["0", "1"] {
            let (provider, tracer) = provider(&[("DD_TRACE_SAMPLE_RATE", rate)]);
            let root = Context::new().with_span(tracer.start("root"));
            let child = root.with_span(tracer.start_with_context("child", &root));
            decided(&child);
            child.span().set_attribute(KeyValue::new(tag, true));
            assert_eq!(decided(&root), (Some(priority), maker.clone()));
            child.span().end();
            root.span().end();
            for span in &sent(&provider)[0] {
                assert!(span["meta"].get(tag).is_none(), "{span}");
                if span["resource"] == "root" {
                    let sent = &span["metrics"]["_sampling_priority_v1"];
                    assert_eq!(*sent, f64::from(priority));
                    let sent = span["meta"].get("_dd.p.dm").and_then(Value::as_str);
                    assert_eq!(sent, maker.as_deref());
                    assert!(span["meta"].get("_dd.p.ksr").is_none());
                }
            }
        }
    }
}

#[test]
fn a_tag_decides_against_the_producer() {
    let (_, tracer) = provider(&[]);
    let dropped = TraceContext::new(1, 2, Some(0)).into_otel(&Context::new());
    let kept = TraceContext::new(1, 2, Some(1))
        .with_tag("_dd.p.dm", "-3")
        .with_tag("_dd.p.ksr", "0.5")
        .into_otel(&Context::new());
    for parent in [dropped, kept] {
        let span = parent.with_span(tracer.start_with_context("work", &parent));
        span.span()
            .set_attribute(KeyValue::new("manual.keep", true));
        let context = TraceContext::from_otel(&span).unwrap();
        assert_eq!(context.sampling_priority(), Some(2));
        assert_eq!(context.tags().collect::<Vec<_>>(), [("_dd.p.dm", "-4")]);
    }
}

#[test]
fn a_tag_at_the_start_decides_and_one_that_says_false_does_not() {
    let (provider, tracer) = provider(&[]);
    let with = |key: &'static str, value: opentelemetry::Value| {
        let builder = SpanBuilder::from_name("root").with_attributes([KeyValue::new(key, value)]);
        let root = Context::new().with_span(tracer.build_with_context(builder, &Context::new()));
        let priority = decided(&root).0;
        root.span().end();
        let chunk = sent(&provider).remove(0).remove(0);
        (priority, chunk["meta"].get(key).is_some())
    };
    assert_eq!(with("manual.keep", true.into()), (Some(2), false));
    assert_eq!(with("manual.keep", "true".into()), (Some(2), false));
    assert_eq!(with("manual.keep", 1.into()), (Some(2), false));
    assert_eq!(with("manual.drop", "".into()), (Some(-1), false));
    assert_eq!(with("manual.drop", false.into()), (Some(1), true));
    assert_eq!(with("manual.keep", "False".into()), (Some(1), true));
}

#[test]
fn the_parent_s_decision_holds_whatever_the_rate() {
    for priority in [2, 1, 0, -1] {
        let parent = TraceContext::new(1, 2, Some(priority)).into_otel(&Context::new());
        for vars in [
            &[][..],
            &[("DD_TRACE_SAMPLE_RATE", "0")],
            &[("DD_TRACE_SAMPLE_RATE", "1")],
            &[("DD_TRACE_SAMPLING_RULES", r#"[{"sample_rate":0}]"#)],
        ] {
            let (provider, tracer) = provider(vars);
            let rates = provider.exporter.rates();
            rates.update(br#"{"rate_by_service":{"service:,env:":0.5}}"#);
            let span = parent.with_span(tracer.start_with_context("work", &parent));
            assert_eq!(decided(&span), (Some(priority), None), "{vars:?}");
            let is_sampled = span.span().span_context().is_sampled();
            assert_eq!(is_sampled, priority > 0);
            span.span().end();
            let span = &sent(&provider)[0][0];
            assert_eq!(
                span["metrics"]["_sampling_priority_v1"],
                f64::from(priority)
            );
            assert!(span["metrics"].get("_dd.rule_psr").is_none());
        }
    }
}

#[test]
fn a_browser_s_trace_without_a_decision_is_decided_here() {
    let parent = TraceContext::new(1, 2, None)
        .with_origin("rum")
        .into_otel(&Context::new());
    for (vars, priority) in [(&[("DD_TRACE_SAMPLE_RATE", "0")][..], -1), (&[], 1)] {
        let (_, tracer) = provider(vars);
        let span = parent.with_span(tracer.start_with_context("work", &parent));
        assert_eq!(decided(&span).0, Some(priority));
    }
}

#[test]
fn the_parent_of_another_sampler_has_decided_by_its_flag() {
    let (_, tracer) = provider(&[("DD_TRACE_SAMPLE_RATE", "0.5")]);
    for remote in [true, false] {
        for (sampled, priority) in [(true, 1), (false, 0)] {
            let parent = SpanContext::new(
                TraceId::from(1),
                SpanId::from(2),
                TraceFlags::NOT_SAMPLED.with_sampled(sampled),
                remote,
                TraceState::NONE,
            );
            let parent = Context::new().with_remote_span_context(parent);
            let span = parent.with_span(tracer.start_with_context("work", &parent));
            assert_eq!(decided(&span).0, Some(priority));
        }
    }
}

#[test]
fn a_synthetic_test_s_trace_has_its_id_and_its_decision_without_a_parent_span() {
    let parent = TraceContext::new(7, 0, Some(2))
        .with_origin("synthetics")
        .into_otel(&Context::new());
    let (provider, tracer) = provider(&[("DD_TRACE_SAMPLE_RATE", "0")]);
    let span = parent.with_span(tracer.start_with_context("work", &parent));
    assert_eq!(decided(&span).0, Some(2));
    span.span().end();
    let span = &sent(&provider)[0][0];
    assert_eq!(
        (&span["trace_id"], &span["parent_id"]),
        (&7.into(), &0.into())
    );
    assert_eq!(span["meta"]["_dd.origin"], "synthetics");
}

/// Users make such a context to start a span on another thread.
#[test]
fn a_context_with_only_the_ids_has_the_decision_that_the_root_would_have_had_at_its_start() {
    let limit = ("DD_TRACE_RATE_LIMIT", "1");
    for (rate, priority) in [("1", 1), ("0", 0)] {
        let (_, tracer) = provider(&[("DD_TRACE_SAMPLE_RATE", rate), limit]);
        let root = Context::new().with_span(tracer.start("root"));
        let ids = root.span().span_context().clone();
        let bare = Context::new().with_remote_span_context(ids);
        let span = bare.with_span(tracer.start_with_context("work", &bare));
        assert_eq!(decided(&span).0, Some(priority));
        // That decision didn't count towards the limit.
        let priority = if priority > 0 { 2 } else { -1 };
        assert_eq!(decided(&root).0, Some(priority));
    }
}

#[test]
fn a_rule_sees_the_name_and_the_resource_that_the_root_has_in_the_end() {
    let rules = r#"[{"resource":"POST /orders","sample_rate":1},{"sample_rate":0}]"#;
    let (provider, tracer) = provider(&[("DD_TRACE_SAMPLING_RULES", rules)]);
    let ended = |change: fn(&mut crate::tracer::any::AnySpan)| {
        let mut span = tracer.start("request");
        change(&mut span);
        span.end();
        sent(&provider)[0][0]["metrics"]["_sampling_priority_v1"].clone()
    };
    assert_eq!(ended(|_| ()), -1.0);
    assert_eq!(ended(|span| span.update_name("POST /orders")), 2.0);
    let resource = |span: &mut crate::tracer::any::AnySpan| {
        span.set_attribute(KeyValue::new("resource.name", "POST /orders"));
    };
    assert_eq!(ended(resource), 2.0);
}
