//! A function that any service may invoke. It makes a span, and its answer suits API Gateway.

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::{Span, Tracer};
use serde_json::{Value, json};

#[traced_handler]
async fn consumer(_: LambdaEvent<Value>) -> Result<Value, Error> {
    global::tracer("tests").start("work").end();
    Ok(json!({ "statusCode": 200, "body": "done" }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(consumer).await
}
