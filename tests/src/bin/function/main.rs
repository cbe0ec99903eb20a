//! The functions that the tests run as processes; the first argument names one.

#![allow(
    clippy::panic,
    clippy::indexing_slicing,
    reason = "one of them is there to panic, and a missing member of an event is `null`"
)]

mod choice;
mod composed;
mod extraction;
mod failures;
mod http;
mod outside;
mod responses;
mod signals;
mod starts;
mod timing;
mod told;

use dd_trace_runtime::{Carrier, RawEvent, TracedPayload, traced_handler};
use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use opentelemetry::trace::{Span, Tracer};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt;
use std::sync::Mutex;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Order {
    order_id: String,
}

#[derive(Debug)]
enum OrderError {
    NoStock { source: std::num::ParseIntError },
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no stock")
    }
}

impl std::error::Error for OrderError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let Self::NoStock { source } = self;
        Some(source)
    }
}

impl From<OrderError> for Diagnostic {
    fn from(error: OrderError) -> Self {
        Self {
            error_type: "OrderError".to_owned(),
            error_message: error.to_string(),
        }
    }
}

/// The order's id says what happens.
fn place(order: &Order) -> Result<Value, Error> {
    match order.order_id.as_str() {
        "error" => Err("no stock".into()),
        "panic" => panic!("the till is on fire"),
        id => Ok(json!({ "placed": id })),
    }
}

/// A handler without tracing, with which the others are compared.
async fn bare(event: LambdaEvent<Order>) -> Result<Value, Error> {
    place(&event.payload)
}

#[traced_handler]
async fn order(event: LambdaEvent<Order>) -> Result<Value, Error> {
    opentelemetry::global::tracer("tests").in_span("place", |_| place(&event.payload))
}

#[traced_handler(resource = "orders")]
async fn typed_error(event: LambdaEvent<Order>) -> Result<Value, OrderError> {
    let source = match event.payload.order_id.parse::<u8>() {
        Ok(id) => return Ok(id.into()),
        Err(source) => source,
    };
    Err(OrderError::NoStock { source })
}

/// Answers with the headers that it would pass on.
#[traced_handler]
async fn headers(_: LambdaEvent<RawEvent>) -> Result<Carrier, Error> {
    Ok(dd_trace_runtime::trace_headers())
}

/// The same, for a topic of Kafka.
#[traced_handler]
async fn pathway(_: LambdaEvent<RawEvent>) -> Result<Carrier, Error> {
    let mut headers = dd_trace_runtime::trace_headers();
    dd_trace_runtime::set_produce_checkpoint("kafka", "orders", &mut headers);
    Ok(headers)
}

#[derive(Serialize)]
struct Item {
    sku: &'static str,
}

#[derive(TracedPayload)]
#[serde(rename_all = "camelCase")]
struct OrderPlaced {
    order_id: &'static str,
    items: Vec<Item>,
}

#[derive(TracedPayload)]
#[datadog(carrier = "json")]
struct AsJson {
    id: u8,
}

#[derive(TracedPayload)]
#[datadog(carrier = "attribute", field = "trace")]
struct AsAttribute {
    id: u8,
}

/// Answers with payloads as a producer publishes them.
#[traced_handler]
async fn payloads(_: LambdaEvent<Value>) -> Result<Vec<String>, Error> {
    let order = OrderPlaced {
        order_id: "1",
        items: vec![Item { sku: "a" }],
    };
    Ok(vec![
        serde_json::to_string(&order)?,
        serde_json::to_string(&AsJson { id: 1 })?,
        serde_json::to_string(&AsAttribute { id: 1 })?,
    ])
}

/// Leaves a span open, which ends during the next invocation.
#[traced_handler]
async fn leaving_a_span_open(_: LambdaEvent<Value>) -> Result<(), Error> {
    static OPEN: Mutex<Option<opentelemetry::global::BoxedSpan>> = Mutex::new(None);
    let left = opentelemetry::global::tracer("tests").start("left open");
    if let Some(mut open) = OPEN.lock().ok().and_then(|mut open| open.replace(left)) {
        open.end();
    }
    Ok(())
}

/// Runs in a runtime of its own, which has sockets but no timers.
fn without_timers() -> Result<(), Error> {
    let running = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .build()?;
        runtime.block_on(dd_trace_runtime::run(order))
    });
    running.join().map_err(|_| "the runtime panicked")?
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let name = std::env::args().nth(1).unwrap_or_default();
    if let Some(how) = name.strip_prefix("composed-") {
        return composed::run(how).await;
    }
    // The tests read the lines.
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_max_level(tracing::Level::WARN)
        .without_time()
        .with_ansi(false)
        .init();
    match name.as_str() {
        "bare" => lambda_runtime::run(service_fn(bare)).await,
        "order" => dd_trace_runtime::run(order).await,
        "order-without-timers" => without_timers(),
        "order-concurrently" => dd_trace_runtime::run_concurrent(order).await,
        "order-without-layer" => lambda_runtime::run(service_fn(order)).await,
        "order-with-layer" => {
            Runtime::new(service_fn(order))
                .layer(dd_trace_runtime::layer())
                .run()
                .await
        }
        "typed-error" => dd_trace_runtime::run(typed_error).await,
        "headers" => dd_trace_runtime::run(headers).await,
        "pathway" => dd_trace_runtime::run(pathway).await,
        "payloads" => dd_trace_runtime::run(payloads).await,
        "leaving-a-span-open" => dd_trace_runtime::run(leaving_a_span_open).await,
        name => other(name).await,
    }
}

/// The functions of the other files, by the first word of their names.
async fn other(name: &str) -> Result<(), Error> {
    match name.split_once('-').unwrap_or((name, "")) {
        ("extracted", how) => extraction::run(how).await,
        ("chosen", how) => choice::run(how).await,
        ("http", how) => http::run(how).await,
        ("fails", how) => failures::run(how).await,
        ("outside", how) => outside::run(how).await,
        ("responds", how) => responses::run(how).await,
        ("starts", how) => starts::run(how).await,
        ("signals", how) => signals::run(how).await,
        ("takes", how) => timing::run(how).await,
        ("told", "") => told::run().await,
        _ => no_function(name),
    }
}

fn no_function(name: &str) -> Result<(), Error> {
    Err(format!("there is no function `{name}`").into())
}
