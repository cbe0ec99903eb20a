//! A database outbox: one transaction writes the order and its message, and a relay sends the message later, when the
//! span that wrote it has long ended.

use std::collections::VecDeque;

use dd_trace_runtime::{Carrier, trace_headers, traced_handler};
use examples::local;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde_json::{Value, json};

/// A row of the outbox. The trace context has a column of its own, so the message's schema stays as it is.
struct Row {
    message: String,
    trace: String,
}

fn write(outbox: &mut VecDeque<Row>, order: &Value) {
    outbox.push_back(Row {
        message: order.to_string(),
        trace: trace_headers().to_json_string(),
    });
}

/// The message that the relay sends to a queue, with the context in the attribute that consumers read.
fn message(row: &Row) -> Result<Value, Error> {
    let carrier: Carrier = serde_json::from_str(&row.trace)?;
    let parent = global::get_text_map_propagator(|propagator| propagator.extract(&carrier));
    let relay = global::tracer("relay").start_with_context("relay", &parent);
    let _active = opentelemetry::trace::mark_span_as_active(relay);
    let attribute =
        json!({ "dataType": "String", "stringValue": trace_headers().to_json_string() });
    Ok(json!({
        "body": row.message,
        "messageAttributes": { "_datadog": attribute },
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:orders",
    }))
}

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<Option<Value>, Error> {
    Ok(event.payload.pointer("/Records/0/body").cloned())
}

async fn produce() -> Result<String, Error> {
    let telemetry = dd_trace_runtime::init();
    let mut outbox = VecDeque::new();
    let tracer = global::tracer("shop");
    tracer.in_span("place order", |_| write(&mut outbox, &json!({ "id": 1 })));
    let row = outbox.pop_front().ok_or("the outbox is empty")?;
    let event = json!({ "Records": [message(&row)?] });
    telemetry.flush().await;
    Ok(event.to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::pair(produce(), dd_trace_runtime::run(handler)).await
}
