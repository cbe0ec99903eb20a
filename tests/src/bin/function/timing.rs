//! Functions that take their time: until the deadline, while they stream, and many at a time.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use dd_trace_runtime::{Carrier, RawEvent, traced_handler};
use futures_core::Stream;
use lambda_runtime::streaming::{Body, Response, Sender, channel};
use lambda_runtime::{Error, LambdaEvent, Runtime, service_fn};
use opentelemetry::context::FutureExt;
use opentelemetry::global;
use opentelemetry::trace::{Span, Tracer};
use serde_json::{Value, json};
use tokio::sync::Notify;
use tokio::time::{Instant, Sleep, sleep, timeout};

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    match how {
        "to-the-end" => dd_trace_runtime::run(to_the_end).await,
        "too-long" => {
            Runtime::new(service_fn(impatient))
                .layer(dd_trace_runtime::layer())
                .run()
                .await
        }
        "too-long-without-layer" => lambda_runtime::run(service_fn(impatient)).await,
        "for-others" => dd_trace_runtime::run_concurrent(for_others).await,
        "while-streaming" => dd_trace_runtime::run(while_streaming).await,
        "while-streaming-by-itself" => dd_trace_runtime::run(by_itself).await,
        "while-streaming-without-layer" => lambda_runtime::run(service_fn(while_streaming)).await,
        _ => crate::no_function(how),
    }
}

/// Takes `ms` milliseconds, with a span that has ended and one that ends with the handler.
#[traced_handler]
async fn to_the_end(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let tracer = global::tracer("tests");
    tracer.in_span("done early", |_| ());
    let _open = tracer.start("open to the end");
    sleep(Duration::from_millis(
        event.payload["ms"].as_u64().unwrap_or_default(),
    ))
    .await;
    Ok(Value::Null)
}

/// Gives up on a handler that never answers.
async fn impatient(event: LambdaEvent<RawEvent>) -> Result<Value, Error> {
    match timeout(Duration::from_millis(1), forever(event)).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Ok("late".into()),
    }
}

#[traced_handler]
async fn forever(_: LambdaEvent<Value>) -> Result<Value, Error> {
    std::future::pending().await
}

/// Waits until as many invocations are in here as the event says. Answers with the headers of its own trace.
#[traced_handler]
async fn for_others(event: LambdaEvent<Value>) -> Result<Value, Error> {
    static HERE: AtomicUsize = AtomicUsize::new(0);
    static COMPLETE: Notify = Notify::const_new();
    let tracer = global::tracer("tests");
    let id = event.payload["id"].to_string();
    let expected = event.payload["together"].as_u64().unwrap_or_default();
    let mut work = tracer.start(format!("work {id}"));
    let complete = COMPLETE.notified();
    let here = HERE.fetch_add(1, Ordering::SeqCst) + 1;
    if u64::try_from(here)? % expected == 0 {
        COMPLETE.notify_waiters();
    } else {
        complete.await;
    }
    work.set_attribute(opentelemetry::KeyValue::new("id", id.clone()));
    work.end();
    let headers: Carrier =
        tokio::spawn(async { dd_trace_runtime::trace_headers() }.with_current_context()).await?;
    Ok(json!({"id": id, "headers": headers}))
}

const PAUSE: Duration = Duration::from_millis(60);

async fn produce(mut sender: Sender, fails: bool) {
    for name in ["first", "second"] {
        let mut chunk = global::tracer("tests").start(format!("{name} chunk"));
        sleep(PAUSE / 2).await;
        chunk.end();
        if sender.send_data(name.into()).await.is_err() {
            return;
        }
    }
    if fails {
        sender.abort();
    }
}

/// Streams two chunks; breaks off after the first if `fails`.
#[traced_handler]
async fn while_streaming(event: LambdaEvent<Value>) -> Result<Response<Body>, Error> {
    let (sender, body) = channel();
    let fails = event.payload["fails"] == true;
    tokio::spawn(produce(sender, fails).with_current_context());
    Ok(body.into())
}

/// A stream of the user's own type.
struct Late(Option<Pin<Box<Sleep>>>);

impl Stream for Late {
    type Item = Result<&'static str, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(sleep) = &mut self.0 else {
            return Poll::Ready(None);
        };
        sleep.as_mut().poll(cx).map(|()| {
            self.0 = None;
            Some(Ok("late"))
        })
    }
}

#[traced_handler]
async fn by_itself(_: LambdaEvent<Value>) -> Result<Response<Late>, Error> {
    let late = tokio::time::sleep_until(Instant::now() + PAUSE);
    Ok(Late(Some(Box::pin(late))).into())
}
