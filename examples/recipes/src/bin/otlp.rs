//! A function whose spans are sent over OTLP.

use dd_trace_runtime::{Telemetry, traced_handler};
use lambda_runtime::{Error, LambdaEvent};
use opentelemetry_otlp::SpanExporter;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use serde_json::Value;

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    Ok(event.payload)
}

fn provider() -> Result<SdkTracerProvider, Error> {
    // To http://localhost:4318, or where OTEL_EXPORTER_OTLP_ENDPOINT says.
    let exporter = SpanExporter::builder().with_http().build()?;
    Ok(SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(Resource::builder().with_service_name("shop").build())
        .build())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    Telemetry::with_tracer_provider(provider()?);
    dd_trace_runtime::run(handler).await
}
