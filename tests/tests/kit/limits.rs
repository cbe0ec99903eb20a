//! What a span may hold.

use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::trace::{TraceContextExt, Tracer};
use opentelemetry::{KeyValue, global};
use serde_json::Value;

#[traced_handler]
async fn tagging(event: LambdaEvent<usize>) -> Result<Value, Error> {
    global::tracer("shop").in_span("work", |context| {
        for index in 0..event.payload {
            let key = format!("tag.{index}");
            context.span().set_attribute(KeyValue::new(key, "x"));
        }
    });
    Ok(Value::Null)
}

#[tokio::test]
async fn a_span_keeps_more_attributes_than_the_sdk_would() {
    let outcome = Invocation::of(&1_000).run(tagging).await;
    let meta = &outcome.span("work").meta;
    let tags = meta.keys().filter(|key| key.starts_with("tag."));
    assert_eq!(tags.count(), 1_000);
}
