//! A function that does what its environment tells it.

use std::time::Duration;

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde::Deserialize;
use serde_json::Value;

/// The variable `TOLD`, as JSON.
#[derive(Debug, Deserialize)]
struct Told {
    /// How long the function takes.
    seconds: f64,
    /// Its outcome: a response, or the message of an error.
    result: Result<Value, String>,
}

pub(crate) async fn run() -> Result<(), Error> {
    let told: Told = serde_json::from_str(&std::env::var("TOLD")?)?;
    dd_trace_runtime::run(|event| work(event, &told)).await
}

#[traced_handler]
async fn work(_: LambdaEvent<Value>, told: &Told) -> Result<Value, Error> {
    tokio::time::sleep(Duration::from_secs_f64(told.seconds)).await;
    Ok(told.result.clone()?)
}
