//! How little the spans of `traced` can cost: the same spans with the same tags, from one pass over the event's bytes.
//!
//! It isn't a tracer. It knows three kinds of events, as `events.py` writes them, and handlers that succeed. It has no
//! OpenTelemetry, so nothing can be added to its spans, and a request that fails is lost.

mod connection;
mod event;
// The reader of the library, as it is.
#[allow(dead_code, reason = "the library reads more")]
#[path = "../../../dd-trace-runtime/src/json/mod.rs"]
mod json;
mod layer;
mod msgpack;
mod producer;
mod request;
mod tracer;

use std::rc::Rc;

use lambda_runtime::layers::TracingLayer;
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use serde::de::DeserializeOwned;
use workload::{Batch, HttpRequest, Order, Response, Work, block_on};

use crate::layer::{RawBody, SendAfterResponse};
use crate::tracer::Tracer;

fn main() -> Result<(), Error> {
    block_on(async {
        match std::env::var("BENCH_EVENT").as_deref() {
            Ok("plain") => run::<Order>().await,
            Ok("http") => run::<HttpRequest>().await,
            Ok("sqs") => run::<Batch>().await,
            _ => Err("BENCH_EVENT names no kind of event that the limit knows".into()),
        }
    })
}

async fn run<E: DeserializeOwned + Work + 'static>() -> Result<(), Error> {
    let tracer = Rc::new(Tracer::from_env()?);
    let of_handler = Rc::clone(&tracer);
    let handler = service_fn(move |event| handle::<E>(Rc::clone(&of_handler), event));
    Runtime::new(handler)
        .layer(TracingLayer::new())
        .layer(SendAfterResponse(tracer))
        .run()
        .await
}

async fn handle<E: DeserializeOwned + Work>(
    tracer: Rc<Tracer>,
    invocation: LambdaEvent<RawBody>,
) -> Result<Response, Error> {
    let (RawBody(body), context) = invocation.into_parts();
    tracer.start(&body, &context);
    let event: E = serde_json::from_str(std::str::from_utf8(&body)?)?;
    let response = event.respond()?;
    tracer.finish();
    Ok(response)
}
