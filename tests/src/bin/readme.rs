//! The function of the guide's page on `tracing`.

use dd_trace_runtime::{log_layer, traced_handler, tracing_layer};
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;
use tracing_subscriber::prelude::*;

#[tracing::instrument(skip_all)]
async fn charge(order: &Value) {
    tracing::info!(amount = order["amount"].as_u64(), "charged");
}

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<(), Error> {
    charge(&event.payload).await;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    tracing_subscriber::registry()
        .with(tracing_layer()) // spans, below `aws.lambda`
        .with(log_layer()) // lines, with the ids of these spans
        .init();
    dd_trace_runtime::run(handler).await
}
