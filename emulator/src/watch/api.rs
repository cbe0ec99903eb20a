//! The requests of tracers and of the page.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::header::{CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde_json::{Value, json};

use super::decode::{Format, decode};
use super::page;
use super::store::Store;
use crate::watched::Watched;

type Shared = Arc<Watched<Store>>;

/// The most that the agent reads from one request.
const LARGEST_BODY: usize = 50 * 1024 * 1024;

/// How long the page's request for changes stays open.
const LONGEST_WAIT: Duration = Duration::from_secs(20);

pub(super) fn router(store: Shared) -> Router {
    let page = Router::new()
        .route("/", get(page::html))
        .route("/api/traces", get(list).delete(clear))
        .route("/api/traces/{id}", get(one))
        .layer(middleware::from_fn(local_only));
    page.route("/info", get(info))
        .fallback(receive)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(store)
}

/// Refuses a browser that came here by another host name: a page on the web must not read the traces.
async fn local_only(request: Request, next: Next) -> Response {
    let host = request
        .headers()
        .get(HOST)
        .and_then(|host| host.to_str().ok());
    let name = host.map(|host| host.rsplit_once(':').map_or(host, |(name, _)| name));
    match name {
        Some("127.0.0.1" | "localhost" | "[::1]") => next.run(request).await,
        _ => (StatusCode::FORBIDDEN, "open this page as http://127.0.0.1").into_response(),
    }
}

/// What tracers ask for when they start.
async fn info() -> Response {
    json_answer(&json!({
        "version": "7.60.0",
        "endpoints": ["/v0.3/traces", "/v0.4/traces", "/v0.5/traces"],
        "client_drop_p0s": false,
        "span_meta_structs": false,
        "config": {"max_request_bytes": LARGEST_BODY},
    }))
}

/// Takes spans, and accepts everything else that tracers send without keeping it.
async fn receive(
    State(store): State<Shared>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if method != Method::PUT && method != Method::POST {
        let is_hello = uri.path() == "/lambda/hello";
        return if is_hello {
            StatusCode::OK
        } else {
            StatusCode::NOT_FOUND
        }
        .into_response();
    }
    let refuse = |status, problem: String| {
        let told = format!("refused what was sent to {}: {problem}", uri.path());
        store.update(|store| store.refuse(told));
        (status, problem).into_response()
    };
    let Some(format) = format(uri.path(), &headers) else {
        if is_unread_format(uri.path()) {
            return refuse(StatusCode::NOT_FOUND, UNREAD.into());
        }
        return (intake_status(uri.path()), "{}").into_response();
    };
    match decode(&body, format) {
        Ok(spans) => {
            store.update(|store| store.put(spans));
            json_answer(&json!({"rate_by_service": {"service:,env:": 1.0}}))
        }
        Err(problem) => refuse(StatusCode::BAD_REQUEST, problem),
    }
}

fn format(path: &str, headers: &HeaderMap) -> Option<Format> {
    let content = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    match path.trim_end_matches('/') {
        "/v0.3/traces" | "/v0.4/traces" => {
            let is_json = content.is_some_and(|content| content.contains("json"));
            Some(if is_json {
                Format::Json
            } else {
                Format::MessagePack
            })
        }
        "/v0.5/traces" => Some(Format::Table),
        _ => None,
    }
}

const UNREAD: &str =
    "spans in this format aren't read; send them to /v0.4/traces, as Datadog's tracers do";

/// Spans of a newer agent, or by OTLP: their tracer should know that nobody will see them.
fn is_unread_format(path: &str) -> bool {
    path.trim_end_matches('/').ends_with("/traces")
}

/// The agent's answer for each intake: "accepted" for those that it forwards, "OK" for the others.
fn intake_status(path: &str) -> StatusCode {
    const FORWARDED: [&str; 5] = [
        "/telemetry/",
        "/evp_proxy/",
        "/profiling/",
        "/debugger/",
        "/v0.1/pipeline_stats",
    ];
    if FORWARDED.iter().any(|start| path.starts_with(start)) {
        StatusCode::ACCEPTED
    } else {
        StatusCode::OK
    }
}

#[derive(serde::Deserialize)]
struct Seen {
    /// The revision that the page has. The request waits for another.
    seen: Option<u64>,
}

async fn list(State(store): State<Shared>, Query(Seen { seen }): Query<Seen>) -> Response {
    let changed = store.until(|store| (Some(store.revision()) != seen).then_some(()));
    // Without a change the page gets the same list and asks again.
    let _ = tokio::time::timeout(LONGEST_WAIT, changed).await;
    json_answer(&store.read(page::list))
}

async fn one(State(store): State<Shared>, Path(id): Path<String>) -> Response {
    let trace = u128::from_str_radix(&id, 16).ok();
    let trace = trace.and_then(|id| store.read(|store| page::trace(store, id)));
    match trace {
        Some(trace) => json_answer(&trace),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn clear(State(store): State<Shared>) -> StatusCode {
    store.update(Store::clear);
    StatusCode::NO_CONTENT
}

fn json_answer(value: &Value) -> Response {
    ([(CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
