//! A query of `sqlx` as a span.

use sqlx::PgPool;
use sqlx::postgres::PgPoolOptions;

const QUERY: &str = "SELECT total FROM orders WHERE id = $1";

#[tracing::instrument(
    skip_all,
    err,
    fields(otel.kind = "client", db.system.name = "postgresql", db.query.text = QUERY)
)]
async fn total(pool: &PgPool, id: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(QUERY).bind(id).fetch_one(pool).await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), sqlx::Error> {
    let pool = PgPoolOptions::new().connect_lazy("postgres://shop@localhost/shop")?;
    println!("{}", total(&pool, 7).await?);
    Ok(())
}
