//! Running a traced handler in a unit test, and looking at its trace.
//!
//! Everything stays in the test's memory: no process, no agent, no network, and the settings are the
//! test's own instead of the environment's. Add the feature for tests alone, with
//! `cargo add --dev dd-trace-runtime --features testing`.
//!
//! ```
//! use dd_trace_runtime::{TraceContext, TracedPayload, testing, traced_handler};
//! use lambda_runtime::{Error, LambdaEvent};
//! use opentelemetry::{global, trace::Tracer};
//! use serde_json::{Value, json};
//!
//! #[derive(TracedPayload)]
//! struct OrderPlaced { id: u64 }
//!
//! #[traced_handler]
//! async fn handler(event: LambdaEvent<Value>) -> Result<String, Error> {
//!     let order = OrderPlaced { id: event.payload["id"].as_u64().ok_or("no id")? };
//!     global::tracer("shop").in_span("publish", |_| Ok(serde_json::to_string(&order)?))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() { an_order_joins_the_producer_s_trace().await }
//! // #[tokio::test]
//! async fn an_order_joins_the_producer_s_trace() {
//!     let producer = TraceContext::new(1, 2, Some(1));
//!     let outcome = testing::Invocation::of(&json!({"id": 7}))
//!         .from_producer(&producer)
//!         .run(handler)
//!         .await;
//!     assert_eq!(outcome.parent(), Some(producer));
//!     assert_eq!(outcome.root().meta["cold_start"], "true");
//!     let payload = outcome.result.as_ref().unwrap();
//!     assert_eq!(testing::carried(payload), Some(outcome.span("publish").trace_context()));
//! }
//! ```
//!
//! A handler with further parameters is run as [`run`](crate::run) runs it, through a closure that
//! holds or borrows them: `.run(|event| handler(&client, event))`.
//!
//! # An event from its producer
//!
//! [`Invocation::from_producer`] leaves the event as it is. To test how a context is found *in* an event, with
//! or without an extractor, put one there: [`in_context`] serialises what a producer with that context would
//! have sent.
//!
//! ```
//! # use dd_trace_runtime::{TraceContext, trace_headers, traced_handler};
//! # use lambda_runtime::{Error, LambdaEvent};
//! # use serde_json::{Value, json};
//! # #[traced_handler]
//! # async fn handler(_: LambdaEvent<Value>) -> Result<(), Error> { Ok(()) }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! use dd_trace_runtime::testing::{Invocation, in_context};
//!
//! let producer = TraceContext::new(1, 2, Some(1));
//! let headers = in_context(&producer, trace_headers);
//! let event = json!({"headers": headers, "body": "{}"});
//! let outcome = Invocation::of(&event).run(handler).await;
//! assert_eq!(outcome.parent(), Some(producer));
//! # }
//! ```
//!
//! The payload that one handler published is also the event of the next: `Invocation::raw(payload)`.
//!
//! # Spans of `opentelemetry::global::tracer`
//!
//! Each invocation has its own tracer provider, in the OpenTelemetry context that its handler runs in. The
//! first [`Invocation`] of a process puts a provider before the global one. It starts a span with the provider
//! in the span's parent context, and any span outside of an invocation with the global provider that was there.
//! Nothing is stored by id or by thread, so tests may run in parallel and handlers may move between threads.
//! With [`FutureExt::with_current_context`](opentelemetry::context::FutureExt) whatever a handler spawns
//! belongs to its trace, here as on Lambda. The same holds for the global propagator, unless you have set one.
//!
//! - A provider that you installed globally before still gets the spans outside of invocations.
//! - One that you install afterwards gets all spans of global tracers, and the invocation has only
//!   `aws.lambda`. Install it before, or not at all.
//! - A span that isn't started in the handler's OpenTelemetry context, such as in a bare `tokio::spawn`, is in
//!   no outcome. On Lambda it would be a trace of its own.
//!
//! # Spans of `tracing`
//!
//! They are in the outcome if the test has a subscriber with `tracing_layer()`, as `main` has one. For the
//! thread of one `#[tokio::test]` that is `let _subscribed =
//! tracing_subscriber::registry().with(tracing_layer()).set_default();`.

mod carried;
mod invocation;
mod outcome;
mod span;

pub use carried::{carried, carried_in, in_context};
pub use invocation::Invocation;
pub use outcome::Outcome;
pub use span::{Span, SpanLink};
