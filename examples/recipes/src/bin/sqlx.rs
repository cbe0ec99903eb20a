//! A function with a query of `sqlx` as a span.

use dd_trace_runtime::{traced_handler, tracing_layer};
use lambda_runtime::{Error, LambdaEvent};
use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

const QUERY: &str = "SELECT total FROM orders WHERE id = $1";

#[tracing::instrument(
    skip_all,
    err,
    fields(otel.kind = "client", db.system.name = "postgresql", db.query.text = QUERY)
)]
async fn total(pool: &PgPool, id: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(QUERY).bind(id).fetch_one(pool).await
}

#[traced_handler]
async fn handler(pool: &PgPool, event: LambdaEvent<i64>) -> Result<i64, Error> {
    Ok(total(pool, event.payload).await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let spans = tracing_subscriber::registry().with(tracing_layer());
    spans.init();
    let pool = PgPoolOptions::new().connect_lazy(&std::env::var("DATABASE_URL")?)?;
    dd_trace_runtime::run(|event| handler(&pool, event)).await
}
