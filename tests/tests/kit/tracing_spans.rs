//! `tracing` spans in the trace, however the subscriber is composed.

use dd_trace_runtime::testing::{Invocation, Outcome, carried};
use dd_trace_runtime::{
    Carrier, DatadogPropagator, TracedPayload, trace_headers, traced_handler, tracing_layer,
    tracing_layer_with,
};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::propagation::TextMapPropagator;
use opentelemetry::trace::{Status, TraceContextExt, Tracer};
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;
use tracing::{Instrument, debug_span, error, info, info_span, instrument};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry;

/// A subscriber for this test's thread.
fn subscribed() -> DefaultGuard {
    registry().with(tracing_layer()).set_default()
}

#[derive(TracedPayload)]
struct OrderPlaced {
    id: u8,
}

fn publish() -> String {
    serde_json::to_string(&OrderPlaced { id: 1 }).unwrap()
}

/// The parent id that an outgoing call would carry.
fn parent_id() -> u64 {
    let headers = trace_headers();
    headers.get("x-datadog-parent-id").unwrap().parse().unwrap()
}

#[instrument]
async fn checkout() {
    charge().await;
    reserve().await;
}

#[instrument]
async fn charge() {
    tokio::task::yield_now().await;
    global::tracer("bank").in_span("bank", |_| info_span!("ledger").in_scope(|| ()));
}

#[instrument]
async fn reserve() {
    tokio::task::yield_now().await;
}

#[traced_handler]
async fn shop(_: LambdaEvent<()>) -> Result<(), Error> {
    checkout().await;
    Ok(())
}

const SHOP: &str = "\
aws.lambda  test-function  [test-function]
  internal  checkout  [test-function]
    internal  charge  [test-function]
      internal  bank  [test-function]
        internal  ledger  [test-function]
    internal  reserve  [test-function]
";

#[tokio::test]
async fn tracing_and_opentelemetry_spans_nest_in_one_tree() {
    let _subscribed = subscribed();
    assert_eq!(Invocation::of(&()).run(shop).await.tree(), SHOP);
}

#[tokio::test]
async fn a_layer_composed_before_tracing_is_initialised_works_as_well() {
    let _subscribed = registry().with(tracing_layer()).set_default();
    let _ = dd_trace_runtime::init();
    assert_eq!(Invocation::of(&()).run(shop).await.tree(), SHOP);
}

/// Runs inside the span that `lambda_runtime`'s layer makes around an invocation, and inside its worker's.
async fn in_the_runtime_s_spans() -> Outcome<Result<(), impl std::fmt::Debug>> {
    let worker = info_span!(target: "lambda_runtime::runtime", "worker", task_id = 1);
    let invoke = worker.in_scope(
        || info_span!(target: "lambda_runtime::layers::trace", "Lambda runtime invoke", requestId = "1"),
    );
    let invocation = Invocation::of(&()).run(shop);
    invocation.instrument(invoke).instrument(worker).await
}

#[tokio::test]
async fn the_runtime_s_own_spans_are_neither_a_root_nor_a_parent() {
    let _subscribed = subscribed();
    let outcome = in_the_runtime_s_spans().await;
    assert_eq!(outcome.tree(), SHOP);
    assert_eq!(outcome.parent(), None);
}

#[tokio::test]
async fn the_runtime_s_own_spans_stay_out_whatever_the_filter() {
    let all = tracing_layer_with(LevelFilter::TRACE);
    let _subscribed = registry().with(all).set_default();
    assert_eq!(in_the_runtime_s_spans().await.tree(), SHOP);
}

#[tokio::test]
async fn a_call_from_a_tracing_span_carries_its_id_also_after_an_await() {
    #[instrument]
    async fn work() -> [u64; 2] {
        let before = parent_id();
        tokio::task::yield_now().await;
        let after = carried(&publish()).unwrap().parent_id();
        [before, after]
    }

    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<[u64; 4], Error> {
        let before = parent_id();
        let [first, second] = work().await;
        Ok([before, first, second, parent_id()])
    }

    let _subscribed = subscribed();
    let outcome = Invocation::of(&()).run(handler).await;
    let (root, work) = (outcome.root().span_id, outcome.span("work").span_id);
    assert_eq!(outcome.result.as_ref().unwrap(), &[root, work, work, root]);
}

#[tokio::test]
async fn spans_of_interleaved_futures_keep_their_parents() {
    #[instrument(fields(resource.name = %name))]
    async fn step(name: String, steps: u8) -> bool {
        let own = parent_id();
        for _ in 0..steps {
            tokio::task::yield_now().await;
            if parent_id() != own {
                return false;
            }
        }
        true
    }

    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<bool, Error> {
        let (a, b, c) = tokio::join!(
            step("a".into(), 3),
            step("b".into(), 1),
            step("c".into(), 2)
        );
        Ok(a && b && c)
    }

    let _subscribed = subscribed();
    let outcome = Invocation::of(&()).run(handler).await;
    assert!(outcome.result.as_ref().unwrap());
    let root = outcome.root().span_id;
    let children: Vec<_> = outcome
        .spans()
        .iter()
        .filter(|span| span.parent_id == root)
        .map(|span| span.resource.as_str())
        .collect();
    assert_eq!(children.len(), 3, "{}", outcome.tree());
}

#[tokio::test]
async fn fields_are_tags_and_those_datadog_knows_set_the_span() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<(), Error> {
        let span = info_span!(
            "query",
            otel.kind = "client",
            operation.name = "orders.query",
            resource.name = "select orders",
            span.r#type = "sql",
            service.name = "orders-db",
            rows = 7,
            table = "orders"
        );
        span.in_scope(|| ());
        Ok(())
    }

    let _subscribed = subscribed();
    let outcome = Invocation::of(&()).run(handler).await;
    let span = outcome.span("orders.query");
    assert_eq!(span.resource, "select orders");
    assert_eq!(span.service, "orders-db");
    assert_eq!(span.meta["span.kind"], "client");
    assert_eq!(span.meta["table"], "orders");
    assert_eq!(span.metrics["rows"].to_string(), "7");
    for noise in ["thread.id", "thread.name", "code.file.path", "busy_ns"] {
        assert!(!span.meta.contains_key(noise), "{noise}");
        assert!(!span.metrics.contains_key(noise), "{noise}");
    }
}

#[tokio::test]
async fn an_error_of_an_instrumented_function_is_on_its_span() {
    #[instrument(err)]
    async fn pay() -> Result<(), Error> {
        Err("no money".into())
    }

    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<(), Error> {
        let _ = pay().await;
        info_span!("told").in_scope(|| error!(reason = "rain", "closed"));
        info_span!("fine").in_scope(|| info!("open"));
        Ok(())
    }

    let _subscribed = subscribed();
    let outcome = Invocation::of(&()).run(handler).await;
    let pay = outcome.span("pay");
    assert_eq!(pay.error, 1);
    assert_eq!(pay.meta["error.message"], "no money");
    assert_eq!(outcome.span("told").error, 1);
    assert!(outcome.span("told").meta["events"].contains("closed"));
    assert_eq!(outcome.span("fine").error, 0);
    assert_eq!(outcome.root().error, 0);
}

#[tokio::test]
async fn spans_below_info_are_in_the_trace_only_if_the_filter_says_so() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<u64, Error> {
        Ok(debug_span!(target: "shop", "detail").in_scope(parent_id))
    }

    for (level, spans) in [(LevelFilter::INFO, 1), (LevelFilter::DEBUG, 2)] {
        let filter = Targets::new().with_target("shop", level);
        let _subscribed = registry().with(tracing_layer_with(filter)).set_default();
        let outcome = Invocation::of(&()).run(handler).await;
        assert_eq!(outcome.spans().len(), spans, "{}", outcome.tree());
        let deepest = outcome.spans().last().unwrap();
        assert_eq!(outcome.result.as_ref().unwrap(), &deepest.span_id);
    }
}

#[tokio::test]
async fn without_tracing_there_are_no_spans() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<bool, Error> {
        reserve().await;
        Ok(trace_headers().is_empty())
    }

    let _subscribed = subscribed();
    let invocation = Invocation::of(&()).env("DD_TRACE_ENABLED", "false");
    let outcome = invocation.run(handler).await;
    assert!(outcome.result.as_ref().unwrap());
    assert_eq!(outcome.spans().len(), 0);
}

#[tokio::test]
async fn the_current_span_in_the_handler_is_the_function_s() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<[u64; 3], Error> {
        let span = tracing::Span::current();
        span.set_attribute("order.id", 7);
        span.record("resource.name", "POST /orders");
        let before = parent_id();
        tokio::task::yield_now().await;
        let context = span.context();
        let of_span = u64::from_be_bytes(context.span().span_context().span_id().to_bytes());
        let mut headers = Carrier::new();
        DatadogPropagator::default().inject_context(&context, &mut headers);
        let injected = headers.get("x-datadog-parent-id").unwrap().parse()?;
        info_span!("below").in_scope(|| ());
        Ok([before, of_span, injected])
    }

    let _subscribed = subscribed();
    let outcome = Invocation::of(&()).run(handler).await;
    let root = outcome.root();
    assert_eq!(outcome.result.as_ref().unwrap(), &[root.span_id; 3]);
    assert_eq!(root.metrics["order.id"].to_string(), "7");
    assert_eq!(root.resource, "POST /orders");
    assert_eq!(outcome.span("below").parent_id, root.span_id);
    assert_eq!(outcome.spans().len(), 2, "{}", outcome.tree());
    assert!(!root.meta.contains_key("requestId"));
}

#[tokio::test]
async fn a_status_that_is_set_on_the_current_span_is_the_function_s_and_log_lines_are_not() {
    #[traced_handler]
    async fn handler(event: LambdaEvent<u8>) -> Result<(), Error> {
        let span = tracing::Span::current();
        match event.payload {
            1 => span.set_status(Status::error("bad")),
            2 => span.set_status(Status::error("")),
            3 => _ = span.record("otel.status_code", "ERROR"),
            _ => {}
        }
        let boom = std::io::Error::other("boom");
        info!("begins");
        error!("not so bad");
        error!(error = "boom", "nor this");
        error!(error = &boom as &dyn std::error::Error, "nor this");
        Ok(())
    }

    let _subscribed = subscribed();
    for (how, message) in [(0, None), (1, Some("bad")), (2, None), (3, None)] {
        let outcome = Invocation::of(&how).run(handler).await;
        let root = outcome.root();
        assert_eq!(root.error, i32::from(how > 0), "{how}");
        let told = root.meta.get("error.message").map(String::as_str);
        assert_eq!(told, message, "{how}");
        for key in root.meta.keys() {
            let is_of_log_line = key == "events" || key.starts_with("exception.");
            assert!(!is_of_log_line, "{how}: {:?}", root.meta);
        }
    }
}

#[tokio::test]
async fn the_function_s_span_is_the_current_one_whatever_the_filter() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<(), Error> {
        tracing::Span::current().set_attribute("a", "b");
        Ok(())
    }

    let filter = Targets::new().with_target("shop", LevelFilter::INFO);
    let _subscribed = registry().with(tracing_layer_with(filter)).set_default();
    let outcome = Invocation::of(&()).run(handler).await;
    assert_eq!(outcome.root().meta["a"], "b");
}

#[tokio::test]
async fn without_the_layer_no_span_is_made_for_the_function() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<bool, Error> {
        Ok(tracing::Span::current().is_none())
    }

    let _subscribed = registry().set_default();
    let outcome = Invocation::of(&()).run(handler).await;
    assert!(outcome.result.as_ref().unwrap());
}

#[tokio::test]
async fn a_span_without_a_parent_is_below_the_function_s_unless_it_begins_a_trace() {
    #[traced_handler]
    async fn handler(_: LambdaEvent<()>) -> Result<[String; 2], Error> {
        let orphan = || {
            info_span!(parent: None, "step").in_scope(|| {
                dd_trace_runtime::invocation_span().set_attribute("from.step", "yes");
                info_span!("inside").in_scope(|| ());
            });
        };
        orphan();
        info_span!("around").in_scope(orphan);
        let trace_id = || trace_headers().get("traceparent").unwrap()[3..35].to_owned();
        let own = info_span!("own", datadog.new_trace = true).in_scope(trace_id);
        Ok([trace_id(), own])
    }

    let _subscribed = subscribed();
    let outcome = Invocation::of(&()).run(handler).await;
    let root = outcome.root();
    assert_eq!(root.meta["from.step"], "yes");
    let steps = outcome.spans().iter().filter(|s| s.resource == "step");
    let parents: Vec<u64> = steps.map(|step| step.parent_id).collect();
    assert_eq!(parents, [root.span_id; 2], "{}", outcome.tree());
    assert!(outcome.spans().iter().any(|s| s.resource == "inside"));
    let [function, own] = outcome.result.as_ref().unwrap();
    assert_ne!(function, own);
    let own = outcome.span("own");
    assert_eq!(
        (own.parent_id, own.meta.contains_key("datadog.new_trace")),
        (0, false)
    );
}

/// As AWS's SDK runs the branches of a durable function, and starts their spans.
#[traced_handler]
async fn branches(event: LambdaEvent<Value>) -> Result<u64, Error> {
    let id = event.context.request_id;
    let branch = async move {
        let branch = info_span!(parent: None, "branch", requestId = id.as_str());
        branch.in_scope(|| info_span!("ship").in_scope(parent_id))
    };
    Ok(tokio::spawn(branch).await?)
}

#[tokio::test]
async fn a_branch_of_a_durable_function_in_a_task_of_its_own_is_below_the_function_s_span() {
    let event = json!({
        "DurableExecutionArn": "arn:aws:lambda:eu-west-1:1:function:f:1/durable-execution/order-7/a1b2",
        "InitialExecutionState": {"Operations": [{"Id": "1"}]},
    });
    let _subscribed = subscribed();
    let invocation = Invocation::of(&event).lambda_context(|it| it.request_id = "branches".into());
    let outcome = invocation.run(branches).await;
    let branch = outcome.span("branch");
    assert_eq!(
        branch.parent_id,
        outcome.root().span_id,
        "{}",
        outcome.tree()
    );
    let ship = outcome.span("ship");
    assert_eq!(ship.parent_id, branch.span_id);
    assert_eq!(*outcome.result.as_ref().unwrap(), ship.span_id);
}

#[tokio::test]
async fn in_any_other_function_such_a_field_says_nothing() {
    let _subscribed = subscribed();
    let outcome = Invocation::of(&json!({})).run(branches).await;
    assert_eq!(outcome.spans().len(), 1, "{}", outcome.tree());
}
