//! The requests that the agent answers.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{DefaultBodyLimit, State as AxumState};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use bytes::Bytes;

use super::{AgentRequest, Behaviour, State, payload, pipeline_stats};
use crate::server::Connection;
use crate::watched::Watched;

/// The most that the extension reads of one request: 50 MiB.
const LARGEST_BODY: usize = 50 * 1024 * 1024;

const TRACES_PATH: &str = "/v0.4/traces";
const STATS_PATH: &str = "/v0.1/pipeline_stats";

pub(super) fn router(state: Arc<Watched<State>>) -> Router {
    Router::new()
        .fallback(receive)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .with_state(state)
}

async fn receive(
    AxumState(state): AxumState<Arc<Watched<State>>>,
    Extension(connection): Extension<Connection>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let traces = if uri.path() == TRACES_PATH {
        payload::decode(&body)
    } else {
        Ok(Vec::new())
    };
    let counts = (uri.path() == STATS_PATH).then(|| pipeline_stats::decode(&body));
    let (pipeline_stats, undecodable) = match counts {
        Some(Ok(counts)) => (Some(counts), None),
        Some(Err(reason)) => (None, Some(reason)),
        None => (None, traces.as_ref().err().cloned()),
    };
    let healthy = answer(&method, uri.path(), undecodable);
    let behaviour = state.update(|state| {
        let behaviour = state.next_behaviour();
        state.requests.push(AgentRequest {
            method,
            path: uri.path().to_owned(),
            headers,
            body,
            arrived: Instant::now(),
            connection: connection.id,
            traces,
            pipeline_stats,
            taken: behaviour.takes(),
        });
        behaviour
    });
    behave(behaviour, healthy, &connection).await
}

async fn behave(behaviour: Behaviour, healthy: Response, connection: &Connection) -> Response {
    match behaviour {
        Behaviour::Answer => healthy,
        Behaviour::Delay(time) => {
            tokio::time::sleep(time).await;
            healthy
        }
        Behaviour::Hang => std::future::pending().await,
        Behaviour::Status(status) => StatusCode::from_u16(status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
        Behaviour::Garbage => {
            let noise = Bytes::from_static(b"\x00\xffneither status line nor headers\r\n\r\n");
            connection.cut(noise).await
        }
        Behaviour::CloseAfterAnswer => {
            connection.close_after_answer();
            healthy
        }
        Behaviour::CloseWithoutAnswer => connection.cut(Bytes::new()).await,
    }
}

fn answer(method: &Method, path: &str, undecodable: Option<String>) -> Response {
    let json = [(CONTENT_TYPE, "application/json")];
    match (path, undecodable) {
        (TRACES_PATH | STATS_PATH, Some(reason)) => {
            (StatusCode::BAD_REQUEST, reason).into_response()
        }
        (TRACES_PATH, None) if method == Method::PUT || method == Method::POST => {
            (json, r#"{"rate_by_service":{}}"#).into_response()
        }
        // Datadog's answer, which the agent passes on.
        (STATS_PATH, None) if method == Method::POST => StatusCode::ACCEPTED.into_response(),
        ("/info", _) if method == Method::GET => {
            (json, r#"{"version":"7.0.0","endpoints":["/v0.4/traces"]}"#).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}
