//! Functions with `tracing` spans and log lines, under the subscriber that the rest of the name tells.

use std::fmt;
use std::io::stderr;

use dd_trace_runtime::{
    Carrier, LogCorrelation, RawEvent, TracedPayload, log_layer_with_writer, trace_headers,
    traced_handler, tracing_layer,
};
use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Diagnostic, Error, LambdaEvent, Runtime, service_fn};
use serde_json::{Value, json};
use tracing::{debug, info, instrument};
use tracing_subscriber::prelude::*;
use tracing_subscriber::registry;

/// Answers with the parent id that each step would pass on.
#[traced_handler]
async fn sell(_: LambdaEvent<Value>) -> Result<Value, Error> {
    info!(order = 1, "received \"it\"");
    debug!("a detail");
    let checkout = checkout().await;
    Ok(json!({"handler": parent_id(), "checkout": checkout}))
}

#[instrument]
async fn checkout() -> Value {
    let before = parent_id();
    let charge = charge().await;
    let reserve = dd_trace_runtime::spawn(reserve()).await.ok();
    json!({"before": before, "charge": charge, "reserve": reserve, "after": parent_id()})
}

#[instrument(fields(amount = 7))]
async fn charge() -> Option<String> {
    tokio::task::yield_now().await;
    info!("charged");
    parent_id()
}

#[instrument]
async fn reserve() -> Option<String> {
    tokio::task::yield_now().await;
    info!("reserved");
    parent_id()
}

fn parent_id() -> Option<String> {
    trace_headers()
        .get("x-datadog-parent-id")
        .map(str::to_owned)
}

#[derive(TracedPayload)]
struct Sold {
    id: u8,
}

/// Answers with payloads that tasks serialise: as many of them lose the context as keep it.
#[traced_handler]
async fn losing(_: LambdaEvent<Value>) -> Result<Vec<String>, Error> {
    let payload = async { serde_json::to_string(&Sold { id: 1 }) };
    let lost = tokio::spawn(payload).await??;
    let payload = async { serde_json::to_string(&Sold { id: 2 }) };
    let kept = dd_trace_runtime::spawn(payload).await??;
    Ok(vec![lost, kept])
}

/// The layers as the documentation composes them.
fn layers() {
    registry()
        .with(tracing_layer())
        .with(log_layer_with_writer(stderr))
        .init();
}

/// Fails as the event says.
#[traced_handler(extractor = none)]
async fn failing(event: LambdaEvent<u8>) -> Result<Option<u8>, Error> {
    info!("called");
    match event.payload {
        0 => Ok(None),
        1 => panic!("the till is on fire"),
        2 => std::future::pending().await,
        _ => Err("no stock".into()),
    }
}

fn none(_: &RawEvent) -> Option<Carrier> {
    None
}

/// An error that nobody may print for developers.
struct Secret;

impl fmt::Debug for Secret {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        panic!("a secret was printed")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no stock")
    }
}

impl From<Secret> for Diagnostic {
    fn from(secret: Secret) -> Self {
        Self {
            error_type: "Hidden".to_owned(),
            error_message: secret.to_string(),
        }
    }
}

/// The same, without a text for users.
struct DeepSecret;

impl fmt::Debug for DeepSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&Secret, f)
    }
}

impl From<DeepSecret> for Diagnostic {
    fn from(_: DeepSecret) -> Self {
        Secret.into()
    }
}

#[traced_handler]
async fn secret(_: LambdaEvent<Value>) -> Result<(), Secret> {
    Err(Secret)
}

#[traced_handler]
async fn deep_secret(_: LambdaEvent<Value>) -> Result<(), DeepSecret> {
    Err(DeepSecret)
}

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    match how {
        "layers" => layers(),
        "layers-reversed" => registry()
            .with(log_layer_with_writer(stderr))
            .with(tracing_layer())
            .init(),
        "after-init" => {
            let _ = dd_trace_runtime::init();
            layers();
        }
        "by-hand" => {
            let lines = tracing_subscriber::fmt::layer().json().with_writer(stderr);
            let lines = lines.flatten_event(true).without_time();
            registry()
                .with(lines.map_event_format(LogCorrelation::new))
                .init();
        }
        "default" => {
            lambda_runtime_api_client::tracing::init_default_subscriber_with_writer(stderr);
            let second = registry().with(tracing_layer()).try_init();
            assert!(second.is_err(), "nothing can be added any more");
        }
        "concurrently" => {
            layers();
            return dd_trace_runtime::run_concurrent(sell).await;
        }
        "losing" => {
            layers();
            return dd_trace_runtime::run(losing).await;
        }
        "failing" => {
            layers();
            return dd_trace_runtime::run(failing).await;
        }
        "failing-with-layer" => {
            layers();
            let layer = dd_trace_runtime::layer();
            let runtime = Runtime::new(service_fn(failing));
            return runtime.layer(TracingLayer::new()).layer(layer).run().await;
        }
        "failing-without-layer" => {
            layers();
            return lambda_runtime::run(service_fn(failing)).await;
        }
        // Without any subscriber, `lambda_runtime` prints no error.
        "secret" => return dd_trace_runtime::run(secret).await,
        "secret-without-layer" => return lambda_runtime::run(service_fn(secret)).await,
        "deep-secret" => return dd_trace_runtime::run(deep_secret).await,
        // Without any subscriber.
        "none" => return dd_trace_runtime::run(failing).await,
        // The task runs while the process asks for its first event.
        "idle" => {
            layers();
            tokio::spawn(async { serde_json::to_string(&Sold { id: 0 }) });
        }
        name => return super::no_function(name),
    }
    dd_trace_runtime::run(sell).await
}
