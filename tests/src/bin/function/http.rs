//! An axum app behind `lambda_http`, run in every way, with tracing and without.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use dd_trace_runtime::lambda_http as traced;
use dd_trace_runtime::trace_headers;
use futures_core::Stream;
use lambda_http::{Error, IntoResponse, Request, service_fn};
use lambda_runtime::Diagnostic;
use lambda_runtime::streaming::channel;

pub(crate) async fn run(how: &str) -> Result<(), Error> {
    match how {
        "app" => traced::run(app()).await,
        "app-untraced" => lambda_http::run(app()).await,
        "app-concurrently" => traced::run_concurrent(app()).await,
        "app-streaming" => traced::run_with_streaming_response(app()).await,
        "app-streaming-untraced" => lambda_http::run_with_streaming_response(app()).await,
        "app-streaming-concurrently" => traced::run_with_streaming_response_concurrent(app()).await,
        "function" => traced::run(service_fn(function)).await,
        "function-typed" => traced::run(service_fn(typed)).await,
        "function-typed-untraced" => lambda_http::run(service_fn(typed)).await,
        "function-sources" => traced::run(traced::with_error_sources(service_fn(typed))).await,
        "function-untraced" => lambda_http::run(service_fn(function)).await,
        _ => crate::no_function(how),
    }
}

fn app() -> Router {
    Router::new()
        .route("/orders/{id}", get(order))
        .route("/out-of-stock", get(StatusCode::SERVICE_UNAVAILABLE))
        .route("/panic", get(burn))
        .route("/chunks", get(chunks))
        .route(
            "/panicking-chunks",
            get(async || Body::from_stream(Burning)),
        )
}

/// Answers with the order's id, and whether it is in a trace.
async fn order(Path(id): Path<u64>) -> String {
    let in_trace = !trace_headers().is_empty();
    format!(
        "order {id}, {}",
        if in_trace { "traced" } else { "untraced" }
    )
}

async fn burn() -> StatusCode {
    panic!("the till is on fire")
}

/// Streams chunks that are made while the stream is read.
async fn chunks() -> Body {
    let (mut sender, body) = channel();
    dd_trace_runtime::spawn(async move {
        for chunk in ["eu", "us"] {
            let tracer = opentelemetry::global::tracer("tests");
            let sent = opentelemetry::trace::Tracer::in_span(&tracer, "chunk", |_| chunk.into());
            if sender.send_data(sent).await.is_err() {
                break;
            }
        }
    });
    Body::new(body)
}

/// A stream that panics when it is read.
struct Burning;

impl Stream for Burning {
    type Item = Result<&'static str, Error>;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        panic!("the till is on fire")
    }
}

async fn function(request: Request) -> Result<impl IntoResponse, Error> {
    match request.uri().path() {
        "/error" => Err("no stock".into()),
        path => Ok(path.to_owned()),
    }
}

/// An error that converts like those of `lambda_runtime`.
#[derive(Debug)]
struct OutOfStock(std::io::Error);

impl fmt::Display for OutOfStock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the shelf is empty")
    }
}

impl std::error::Error for OutOfStock {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

impl From<OutOfStock> for Diagnostic {
    fn from(error: OutOfStock) -> Self {
        Self {
            error_type: std::any::type_name::<OutOfStock>().to_owned(),
            error_message: error.to_string(),
        }
    }
}

async fn typed(_: Request) -> Result<String, OutOfStock> {
    Err(OutOfStock(std::io::Error::other("no delivery")))
}
