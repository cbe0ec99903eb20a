//! A function that answers with its event: what the tests give to `invoke`.
//!
//! Events that are texts ask for something else: `"panic"`, `"exit"`, or `"hang"`.

#![allow(clippy::panic, reason = "a panic is one of its answers")]

use dd_trace_runtime::traced_handler;
use lambda_runtime::{Error, LambdaEvent};
use serde_json::Value;

#[traced_handler]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    match event.payload.as_str() {
        Some("panic") => panic!("as the event says"),
        Some("exit") => std::process::exit(3),
        Some("hang") => std::future::pending().await,
        _ => Ok(event.payload),
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    dd_trace_runtime::run(handler).await
}
