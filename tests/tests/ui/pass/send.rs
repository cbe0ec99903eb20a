//! The future of a traced handler is `Send` if that of the user's function is.

use std::future::Future;
use std::sync::Arc;

use dd_trace_runtime::{Carrier, traced_handler};
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde_json::Value;

async fn extract(_: &Value) -> Option<Carrier> {
    tokio::task::yield_now().await;
    None
}

#[traced_handler(extractors(extract))]
async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    tokio::task::yield_now().await;
    Ok(event.payload)
}

#[traced_handler]
async fn opaque(event: LambdaEvent<Value>) -> Result<impl serde::Serialize, Error> {
    Ok(event.payload)
}

#[traced_handler]
async fn local(event: LambdaEvent<Value>) -> Result<Value, Box<dyn std::error::Error>> {
    Ok(event.payload)
}

#[traced_handler]
async fn shared(client: Arc<str>, event: LambdaEvent<Value>) -> Result<Value, Error> {
    drop(client);
    Ok(event.payload)
}

fn is_send<F: Future + Send + 'static>(_: impl FnOnce() -> F) {}

fn event() -> LambdaEvent<dd_trace_runtime::RawEvent> {
    LambdaEvent::new("{}".to_owned().into(), lambda_runtime::Context::default())
}

fn main() {
    is_send(|| handler(event()));
    is_send(|| opaque(event()));
    is_send(|| shared(Arc::from(""), event()));
    is_send(|| dd_trace_runtime::run_concurrent(handler));
    is_send(|| dd_trace_runtime::run_concurrent(opaque));
    is_send(|| {
        let client = Arc::from("");
        dd_trace_runtime::run_concurrent(move |event| shared(Arc::clone(&client), event))
    });
    is_send(|| lambda_runtime::run_concurrent(service_fn(handler)));
    // Not `Send`, and still a handler.
    let _ = || dd_trace_runtime::run(local);
}
