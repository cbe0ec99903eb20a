//! The processes that the tests run: a function whose spans go through the tracer in the first argument, `official` or
//! `own`, and a host.

use std::time::Duration;

use dd_trace_runtime::{Carrier, Telemetry, TracedPayload, trace_headers, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry::global::get_text_map_propagator;
use serde_json::{Value, json};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::prelude::*;

#[derive(TracedPayload)]
struct OrderPlaced {
    id: u64,
}

/// The event says what happens to the order.
#[traced_handler]
async fn order(event: LambdaEvent<Value>) -> Result<Value, Error> {
    place(&event.payload).await
}

/// Answers with the headers and the payload that it passes on.
#[tracing::instrument(skip_all)]
async fn place(event: &Value) -> Result<Value, Error> {
    match event["order"].as_str() {
        Some("error") => return Err("no stock".into()),
        Some("panic") => panic!("the till is on fire"),
        Some("slow") => tokio::time::sleep(Duration::from_mins(1)).await,
        _ => {}
    }
    Ok(json!({
        "statusCode": 200,
        "headers": trace_headers(),
        "client": client_headers(),
        "payload": serde_json::to_value(OrderPlaced { id: 1 })?,
    }))
}

/// The headers of an HTTP client that knows only OpenTelemetry.
fn client_headers() -> Carrier {
    let mut headers = Carrier::new();
    get_text_map_propagator(|propagator| propagator.inject(&mut headers));
    headers
}

/// A process that isn't a Lambda function: prints the headers that it passes on, and how it ended.
async fn host(telemetry: Telemetry) {
    tracing::info_span!("publish").in_scope(|| println!("{}", trace_headers().to_json_string()));
    let shutdown = telemetry.shutdown(Duration::from_secs(1)).await;
    println!(
        "{}",
        shutdown.map_or_else(|error| error.to_string(), |()| "sent".to_owned())
    );
}

/// The official tracer as its users set it up: its provider and its propagator become the global ones.
fn official() -> Telemetry {
    let provider = datadog_opentelemetry::tracing().init();
    Telemetry::with_tracer_provider(provider)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .without_time()
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(dd_trace_runtime::tracing_layer())
        .with(lines.with_filter(LevelFilter::WARN))
        .init();
    match std::env::args().nth(1).as_deref() {
        Some("official") => drop(official()),
        Some("own") => drop(dd_trace_runtime::init()),
        Some("official-host") => {
            host(official()).await;
            return Ok(());
        }
        other => return Err(format!("{other:?} isn't a tracer; write `official` or `own`").into()),
    }
    dd_trace_runtime::run(order).await
}
