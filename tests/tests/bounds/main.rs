//! What a hostile event costs: memory that is allocated, its peak, and instructions, of every family at several sizes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers included"
)]

mod families;
mod instructions;
mod memory;

use dd_trace_runtime::batch::{BatchResponse, Records};
use dd_trace_runtime::testing::Invocation;
use dd_trace_runtime::{trace_headers, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

/// Calls another service with the trace context in the headers, and answers with its event.
#[traced_handler]
async fn echo(event: LambdaEvent<Box<RawValue>>) -> Result<Box<RawValue>, Error> {
    std::hint::black_box(trace_headers());
    Ok(event.payload)
}

/// Gives each record a span.
#[traced_handler]
async fn each_record(event: LambdaEvent<Records<IgnoredAny>>) -> Result<BatchResponse, Error> {
    let done = async |_| -> Result<(), Error> { Ok(()) };
    Ok(event.payload.process(done).await)
}

/// Runs one invocation with so many records, and asserts that the span of each arrives.
fn process(event: String, records: usize) {
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let outcome = runtime.block_on(Invocation::raw(event).run(each_record));
    let spans = outcome.spans().iter();
    let of_records = spans.filter(|span| span.name == "aws.sqs.process");
    assert_eq!(of_records.count(), records);
}

/// Runs one invocation, and asserts that its span arrives.
fn invoke(event: String, capture: bool) {
    let invocation = Invocation::raw(event)
        .env(
            "DD_CAPTURE_LAMBDA_PAYLOAD",
            if capture { "true" } else { "false" },
        )
        // The largest value: the library has another bound.
        .env("DD_TRACE_X_DATADOG_TAGS_MAX_LENGTH", "100000000");
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let outcome = runtime.block_on(invocation.run(echo));
    assert_eq!(outcome.root().name, "aws.lambda");
}
