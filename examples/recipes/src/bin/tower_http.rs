//! An axum app with a `tower-http` span for each request, below `aws.lambda`.

use axum::Router;
use axum::extract::Path;
use axum::routing::get;
use dd_trace_runtime::tracing_layer;
use lambda_runtime::Error;
use tower_http::trace::{DefaultMakeSpan, TraceLayer};
use tracing::Level;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

async fn order(Path(id): Path<u64>) -> String {
    format!("order {id}")
}

fn app() -> Router {
    // The default level is DEBUG, but `tracing_layer` takes spans from INFO on.
    let spans = DefaultMakeSpan::new().level(Level::INFO);
    Router::new()
        .route("/orders/{id}", get(order))
        .layer(TraceLayer::new_for_http().make_span_with(spans))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let spans = tracing_subscriber::registry().with(tracing_layer());
    spans.init();
    dd_trace_runtime::lambda_http::run(app()).await
}
