//! The function's span, reached from anywhere in the invocation.

use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{
    InvocationSpanRef, TraceContext, invocation_span, spawn, trace_headers, traced_handler,
    tracing_layer,
};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::Tracer;
use opentelemetry::{Context, KeyValue, global};
use serde_json::{Value, json};
use tracing::instrument;
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry;

#[instrument]
async fn below() {
    tokio::task::yield_now().await;
    invocation_span().set_attribute("from.instrumented", "yes");
    global::tracer("shop").in_span("inner", |_| {
        invocation_span().set_attribute("from.opentelemetry", "yes");
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_function_s_span_is_reached_from_everywhere() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<Value>) -> Result<(), Error> {
        invocation_span().set_attribute("from.handler", "yes");
        below().await;
        spawn(async {
            tokio::task::yield_now().await;
            invocation_span().set_attribute("from.task", "yes");
        })
        .await?;
        Ok(())
    }

    let _subscribed = registry().with(tracing_layer()).set_default();
    let sqs = json!({"Records": [{
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders",
        "body": "{}",
        "attributes": {"SentTimestamp": "1700000000100"},
    }]});
    for event in [json!({}), sqs] {
        let outcome = Invocation::of(&event).run(handler).await;
        let function = outcome.span("aws.lambda");
        for tag in ["handler", "instrumented", "opentelemetry", "task"] {
            assert_eq!(function.meta[&format!("from.{tag}")], "yes", "{tag}");
        }
        let tagged = |span: &&dd_trace_runtime::testing::Span| {
            span.meta.keys().any(|key| key.starts_with("from."))
        };
        assert_eq!(outcome.spans().iter().filter(tagged).count(), 1);
    }
}

#[tokio::test]
async fn resource_service_and_attributes_are_those_that_the_handler_sets() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<(), Error> {
        let span = invocation_span();
        span.set_resource("POST /orders");
        span.set_resource(format!("{} /orders", "PUT"));
        span.set_attribute("service.name", "orders");
        span.set_attribute("paid", true);
        span.set_attribute("total", 1.5);
        Ok(())
    }

    let outcome = Invocation::of(&()).run(handler).await;
    let root = outcome.root();
    assert_eq!((&*root.resource, &*root.service), ("PUT /orders", "orders"));
    assert_eq!(root.meta["_dd.base_service"], "test-function");
    assert_eq!(root.meta["paid"], "true");
    assert_eq!(root.metrics["total"].to_string(), "1.5");
}

#[derive(Debug)]
struct NoStock;

impl std::fmt::Display for NoStock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("no stock")
    }
}

impl std::error::Error for NoStock {}

#[tokio::test]
async fn a_recorded_error_is_kept_when_the_handler_answers_and_a_returned_one_comes_first() {
    #[traced_handler]
    async fn handler(event: LambdaEvent<bool>) -> Result<(), Error> {
        invocation_span().record_error(&NoStock);
        if event.payload {
            return Err("worse".into());
        }
        Ok(())
    }

    let error = |outcome: &dd_trace_runtime::testing::Outcome<_>| {
        let root = outcome.root();
        let tag = |key: &str| root.meta[key].clone();
        (root.error, tag("error.type"), tag("error.message"))
    };
    let outcome = Invocation::of(&false).run(handler).await;
    let told = (1, "NoStock".to_owned(), "no stock".to_owned());
    assert_eq!(error(&outcome), told);
    let outcome = Invocation::of(&true).run(handler).await;
    let told = (1, "Error".to_owned(), "worse".to_owned());
    assert_eq!(error(&outcome), told);
}

#[tokio::test]
async fn the_span_keeps_or_drops_the_trace_whatever_the_producer_decided() {
    #[traced_handler]
    async fn handler(event: LambdaEvent<bool>) -> Result<Value, Error> {
        global::tracer("shop").in_span("inner", |_| {
            let span = invocation_span();
            if event.payload {
                span.keep_trace();
            } else {
                span.drop_trace();
            }
        });
        Ok(serde_json::to_value(trace_headers())?)
    }

    for (keep, priority) in [(true, "2"), (false, "-1")] {
        for producer in [-1, 0, 1, 2] {
            let producer = TraceContext::new(1, 2, Some(producer)).with_tag("_dd.p.dm", "-3");
            let invocation = Invocation::of(&keep).from_producer(&producer);
            let outcome = invocation.run(handler).await;
            let headers = outcome.result.as_ref().unwrap();
            assert_eq!(headers["x-datadog-sampling-priority"], priority);
            let tags = headers["x-datadog-tags"].as_str();
            assert_eq!(tags, keep.then_some("_dd.p.dm=-4"));
            let root = outcome.root();
            assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), priority);
            let maker = root.meta.get("_dd.p.dm").map(String::as_str);
            assert_eq!(maker, keep.then_some("-4"));
        }
    }
}

#[tokio::test]
async fn a_rule_sees_the_tags_that_the_handler_sets() {
    #[traced_handler]
    async fn handler(event: LambdaEvent<String>) -> Result<(), Error> {
        invocation_span().set_attribute("tier", event.payload);
        Ok(())
    }

    let rules = r#"[{"tags":{"tier":"gold"},"sample_rate":1},{"sample_rate":0}]"#;
    for (tier, priority) in [("gold", "2"), ("tin", "-1")] {
        let invocation = Invocation::of(tier).env("DD_TRACE_SAMPLING_RULES", rules);
        let outcome = invocation.run(handler).await;
        let root = outcome.root();
        assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), priority);
        assert_eq!(
            outcome.root().trace_context().sampling_priority(),
            priority.parse().ok()
        );
    }
}

#[tokio::test]
async fn a_span_directly_below_the_function_s_starts_in_its_context() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<(), Error> {
        let tracer = global::tracer("shop");
        tracer.in_span("inner", |_| {
            drop(tracer.start_with_context("beside", &invocation_span().context()));
        });
        Ok(())
    }

    let outcome = Invocation::of(&()).run(handler).await;
    assert_eq!(outcome.span("beside").parent_id, outcome.root().span_id);
}

/// Whether the span records. Calls every method, as none may fail if it doesn't.
fn records(span: &InvocationSpanRef) -> bool {
    span.set_attribute("a", "b");
    span.set_resource("c");
    span.record_error(&NoStock);
    span.keep_trace();
    span.is_recording()
}

#[tokio::test]
async fn outside_of_an_invocation_and_after_it_nothing_is_recorded() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<(InvocationSpanRef, Context), Error> {
        Ok((invocation_span(), Context::current()))
    }

    assert!(!records(&invocation_span()));
    let outcome = Invocation::of(&()).run(handler).await;
    let (kept, context) = outcome.result.as_ref().unwrap();
    assert!(!records(kept), "the span has ended");
    let _active = context.clone().attach();
    assert!(!records(&invocation_span()));
    assert!(!outcome.root().meta.contains_key("a"));
}

#[tokio::test]
async fn without_tracing_the_span_records_nothing() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<bool, Error> {
        Ok(records(&invocation_span()))
    }

    let invocation = Invocation::of(&()).env("DD_TRACE_ENABLED", "false");
    let outcome = invocation.run(handler).await;
    assert!(!outcome.result.as_ref().unwrap());
}

#[tokio::test]
async fn the_tags_keep_and_drop_decide_on_any_span_of_opentelemetry_and_tracing() {
    #[traced_handler]
    async fn handler(event: LambdaEvent<bool>) -> Result<(), Error> {
        if event.payload {
            tracing::info_span!("inner", manual.keep = true).in_scope(|| ());
        } else {
            global::tracer("shop").in_span("inner", |cx| {
                use opentelemetry::trace::TraceContextExt as _;
                cx.span().set_attribute(KeyValue::new("manual.drop", true));
            });
        }
        Ok(())
    }

    let _subscribed = registry().with(tracing_layer()).set_default();
    for (keep, priority) in [(true, "2"), (false, "-1")] {
        let outcome = Invocation::of(&keep).run(handler).await;
        let root = outcome.root();
        assert_eq!(root.metrics["_sampling_priority_v1"].to_string(), priority);
        let inner = outcome.span("inner");
        assert!(!inner.meta.keys().any(|key| key.starts_with("manual.")));
    }
}
