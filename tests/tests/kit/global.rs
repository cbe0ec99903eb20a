//! A process in which somebody else has set the global provider, too.

use dd_trace_runtime::testing::{Invocation, in_context};
use dd_trace_runtime::{trace_headers, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::{Span as _, TraceContextExt, Tracer};

use crate::producer;

#[traced_handler]
async fn busy(_: LambdaEvent<()>) -> Result<(), Error> {
    global::tracer("shop").in_span("work", |_| ());
    Ok(())
}

#[tokio::test]
async fn a_process_that_is_initialised_before_or_after_keeps_to_its_own_spans() {
    for _ in 0..2 {
        let outcome = Invocation::of(&()).run(busy).await;
        assert_eq!(outcome.span("work").parent_id, outcome.root().span_id);
        let _ = dd_trace_runtime::init();
        let outside = global::tracer("shop").start("outside");
        assert!(outside.span_context().is_valid());
    }
}

#[tokio::test]
async fn a_tracer_that_was_created_earlier_works_in_every_invocation() {
    let first = Invocation::of(&());
    let tracer = &global::tracer("shop");
    let work = async |event| {
        tracer.in_span("outside of the handler", |_| ());
        busy(event).await
    };
    assert_eq!(first.run(work).await.spans().len(), 3);
    assert_eq!(Invocation::of(&()).run(work).await.spans().len(), 3);
}

#[tokio::test]
async fn a_span_without_the_handler_s_context_is_in_no_outcome() {
    #[traced_handler]
    async fn losing(_: LambdaEvent<()>) -> Result<(), Error> {
        let lost = async { global::tracer("shop").in_span("lost", |_| ()) };
        Ok(tokio::spawn(lost).await?)
    }
    let outcome = Invocation::of(&()).run(losing).await;
    assert_eq!(
        outcome.tree(),
        "aws.lambda  test-function  [test-function]\n"
    );
}

#[test]
fn a_span_in_a_producer_s_context_belongs_to_its_trace() {
    in_context(&producer(), || {
        global::tracer("shop").in_span("publish", |context| {
            let headers = trace_headers();
            let span = context.span().span_context().span_id().to_string();
            let id = u64::from_str_radix(&span, 16).unwrap().to_string();
            assert_eq!(headers.get("x-datadog-trace-id"), Some("11"));
            assert_eq!(headers.get("x-datadog-parent-id"), Some(id.as_str()));
        });
    });
}
