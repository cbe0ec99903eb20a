//! The page, and its data as JSON: ids are texts, because a browser's numbers are floats.

use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::store::{Kept, Store};
use crate::agent::{Span, SpanLink};
use crate::trace::{Row, Trace};

const HTML: &str = include_str!("page.html");

/// Loads nothing from elsewhere, whatever a span's tags say.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'";

pub(super) async fn html() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "no-store"),
    ];
    (headers, HTML)
}

/// The traces, the one that changed last first.
pub(super) fn list(store: &Store) -> Value {
    let traces: Vec<_> = store.iter().rev().filter_map(summary).collect();
    json!({"revision": store.revision(), "traces": traces})
}

fn summary(kept: &Kept) -> Option<Value> {
    let trace = kept.trace()?;
    let rows = trace.rows();
    let root = rows.first()?.span;
    let mut services: Vec<&str> = Vec::new();
    for row in &rows {
        if !services.contains(&row.span.service.as_str()) {
            services.push(&row.span.service);
        }
    }
    let roots = rows.iter().filter(|row| row.depth == 0).count();
    let errors = trace.spans().iter().filter(|span| span.error != 0).count();
    Some(json!({
        "id": format!("{:032x}", trace.id()),
        "revision": kept.revision,
        "name": root.name,
        "resource": root.resource,
        "service": root.service,
        "services": services,
        "spans": trace.spans().len(),
        "left_out": kept.left_out,
        "errors": errors,
        "roots": roots,
        "start_ms": millis(trace.start()),
        "duration_ms": millis(trace.duration()),
    }))
}

/// A trace with its spans as the rows of a waterfall.
pub(super) fn trace(store: &Store, id: u128) -> Option<Value> {
    let kept = store.get(id)?;
    let trace = kept.trace()?;
    let rows: Vec<_> = trace
        .rows()
        .iter()
        .map(|row| span(row, &trace, store))
        .collect();
    let mut summary = summary(kept)?;
    summary
        .as_object_mut()?
        .insert("rows".into(), Value::Array(rows));
    Some(summary)
}

fn span(row: &Row<'_>, trace: &Trace, store: &Store) -> Value {
    let Span {
        span_id, parent_id, ..
    } = row.span;
    let links: Vec<_> = row
        .span
        .span_links
        .iter()
        .map(|it| link(it, store))
        .collect();
    json!({
        "span_id": format!("{span_id:016x}"),
        "parent_id": format!("{parent_id:016x}"),
        "depth": row.depth,
        "parent_missing": row.parent_missing,
        "name": row.span.name,
        "resource": row.span.resource,
        "service": row.span.service,
        "type": row.span.span_type,
        "error": row.span.error != 0,
        "offset_ms": millis(row.span.start.saturating_sub(trace.start())),
        "duration_ms": millis(row.span.duration),
        "meta": row.span.meta,
        "metrics": row.span.metrics,
        "links": links,
    })
}

fn link(link: &SpanLink, store: &Store) -> Value {
    let trace_id = (u128::from(link.trace_id_high) << 64) | u128::from(link.trace_id);
    json!({
        "trace_id": format!("{trace_id:032x}"),
        "span_id": format!("{:016x}", link.span_id),
        "attributes": link.attributes,
        "is_here": store.contains(trace_id),
    })
}

fn millis(nanos: i64) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "microseconds are what is shown")]
    let micros = (nanos / 1_000) as f64;
    micros / 1_000.0
}
