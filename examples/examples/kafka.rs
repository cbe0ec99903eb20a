//! Kafka: a host writes a record with headers, and Amazon MSK passes it to a function.

use dd_trace_runtime::{trace_headers, traced_handler};
use examples::local;
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global;
use opentelemetry::trace::Tracer;
use serde_json::{Value, json};

/// A record as Kafka clients take it: headers are names and bytes.
struct Record {
    value: &'static str,
    headers: Vec<(String, Vec<u8>)>,
}

fn record() -> Record {
    let carrier = trace_headers();
    let headers = carrier.iter();
    Record {
        value: "eyJpZCI6MX0=",
        headers: headers
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect(),
    }
}

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<Option<Value>, Error> {
    Ok(event.payload.pointer("/records/orders-0/0/value").cloned())
}

/// The event that Lambda makes of a record in the topic `orders` of a cluster.
fn event(record: &Record) -> Value {
    let headers = record.headers.iter();
    let headers: Value = headers
        .map(|(name, value)| json!({ name: value }))
        .collect();
    json!({
        "eventSource": "aws:kafka",
        "eventSourceArn": "arn:aws:kafka:us-east-1:123456789012:cluster/shop/0d3c6b2e-1",
        "records": { "orders-0": [{
            "topic": "orders",
            "partition": 0,
            "offset": 15,
            "value": record.value,
            "headers": headers,
        }] },
    })
}

async fn produce() -> Result<String, Error> {
    let telemetry = dd_trace_runtime::init();
    let record = global::tracer("shop").in_span("publish", |_| record());
    telemetry.flush().await;
    Ok(event(&record).to_string())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    local::pair(produce(), dd_trace_runtime::run(handler)).await
}
