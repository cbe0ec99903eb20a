//! The requests of the Runtime API, version 2018-06-01.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, State as AxumState};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header::CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::prelude::{BASE64_STANDARD, Engine};
use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use serde_json::json;

use super::state::{Event, Refusal, State};
use super::{FunctionError, Outcome};
use crate::ids::{since_epoch, xray_trace_header};
use crate::watched::Watched;

/// The largest response that isn't streamed: 6 MB and the hundred bytes that the service adds to it.
const LARGEST_RESPONSE: usize = 6 * 1024 * 1024 + 100;

/// The largest streamed response: 200 MB.
const LARGEST_STREAM: usize = 200 * 1024 * 1024;

const ERROR_TYPE: &str = "lambda-runtime-function-error-type";
const ERROR_BODY: &str = "lambda-runtime-function-error-body";
const RESPONSE_MODE: &str = "lambda-runtime-function-response-mode";

struct Api {
    state: Arc<Watched<State>>,
    arn: String,
}

type Shared = AxumState<Arc<Api>>;

pub(super) fn router(state: Arc<Watched<State>>, arn: String) -> Router {
    let runtime = Router::new()
        .route("/invocation/next", get(next))
        .route("/invocation/{id}/response", post(response))
        .route("/invocation/{id}/error", post(error))
        .route("/init/error", post(init_error))
        .route("/restore/next", get(restore));
    Router::new()
        .nest("/2018-06-01/runtime", runtime)
        .with_state(Arc::new(Api { state, arn }))
}

/// Counts a poll for as long as its connection waits.
struct Poll<'a>(&'a Watched<State>);

impl<'a> Poll<'a> {
    fn begin(state: &'a Watched<State>) -> Self {
        state.update(|state| state.poll_begins(Instant::now()));
        Self(state)
    }
}

impl Drop for Poll<'_> {
    fn drop(&mut self) {
        self.0.update(State::poll_ends);
    }
}

async fn next(AxumState(api): Shared) -> Response {
    let _poll = Poll::begin(&api.state);
    let event = api.state.until(|state| state.take(Instant::now())).await;
    handed_over(event, &api.arn)
}

/// The request of a runtime under SnapStart once it is initialised. Each restored copy gets an answer.
async fn restore(AxumState(api): Shared) -> StatusCode {
    api.state.update(State::await_restore);
    let restored = |state: &mut State| state.is_restored().then_some(());
    api.state.until(restored).await;
    StatusCode::OK
}

fn handed_over(event: Event, arn: &str) -> Response {
    let now = SystemTime::now();
    let trace_id = event.trace_id.unwrap_or_else(|| xray_trace_header(now));
    let deadline = event.deadline_ms.map_or_else(
        || deadline_ms(now, event.limit),
        |forced| forced.to_string(),
    );
    let headers = [
        ("lambda-runtime-aws-request-id", Some(event.id)),
        ("lambda-runtime-deadline-ms", Some(deadline)),
        ("lambda-runtime-invoked-function-arn", Some(arn.to_owned())),
        ("lambda-runtime-trace-id", Some(trace_id)),
        ("lambda-runtime-client-context", event.client_context),
    ];
    let mut response = Response::new(Body::from(event.payload));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in headers {
        // Lambda passes on only what fits in a header; anything else is left out.
        if let Some(Ok(value)) = value.map(HeaderValue::try_from) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn deadline_ms(now: SystemTime, limit: Duration) -> String {
    since_epoch(now)
        .saturating_add(limit)
        .as_millis()
        .to_string()
}

async fn response(
    AxumState(api): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    if let Err(refusal) = api.state.read(|state| state.answerable(&id)) {
        return refused(refusal);
    }
    let streamed = headers
        .get(RESPONSE_MODE)
        .is_some_and(|mode| mode.as_bytes().eq_ignore_ascii_case(b"streaming"));
    let limit = if streamed {
        LARGEST_STREAM
    } else {
        LARGEST_RESPONSE
    };
    let (outcome, size) = match read(body, limit).await {
        Ok(answer) => answer.into_outcome(limit),
        Err(problem) => {
            let error = FunctionError::new("Runtime.TruncatedResponse", problem.to_string());
            (Outcome::Error(error), 0)
        }
    };
    match api
        .state
        .update(|state| state.answer(&id, outcome, Instant::now()))
    {
        Err(refusal) => refused(refusal),
        Ok(()) if size > limit => too_large(limit),
        Ok(()) => accepted(),
    }
}

/// A response's body as received.
struct Answer {
    bytes: Bytes,
    /// The length of the whole body, of which `bytes` has no more than the limit.
    size: usize,
    error: Option<FunctionError>,
}

impl Answer {
    fn into_outcome(self, limit: usize) -> (Outcome, usize) {
        let outcome = if self.size > limit {
            Outcome::Error(FunctionError::new(
                "Function.ResponseSizeTooLarge",
                format!(
                    "Response payload size ({} bytes) exceeded maximum allowed payload size ({limit} bytes).",
                    self.size
                ),
            ))
        } else if let Some(error) = self.error {
            Outcome::StreamError {
                sent: self.bytes,
                error,
            }
        } else {
            Outcome::Response(self.bytes)
        };
        (outcome, self.size)
    }
}

/// Reads the body to its end, whatever its size: a client that is cut off while it sends never sees the 413.
async fn read(mut body: Body, limit: usize) -> Result<Answer, axum::Error> {
    let mut bytes = BytesMut::new();
    let mut size = 0;
    let mut error = None;
    while let Some(frame) = body.frame().await {
        match frame?.into_data() {
            Ok(data) => {
                size += data.len();
                if size <= limit {
                    bytes.extend_from_slice(&data);
                }
            }
            Err(frame) => error = frame.trailers_ref().and_then(trailing_error),
        }
    }
    Ok(Answer {
        bytes: bytes.freeze(),
        size,
        error,
    })
}

/// The error of a stream that failed half-way; its body is Base64 of the object that an error request has.
fn trailing_error(trailers: &HeaderMap) -> Option<FunctionError> {
    let error_type = trailers.get(ERROR_TYPE)?.to_str().ok();
    let body = trailers
        .get(ERROR_BODY)
        .map_or(&[][..], HeaderValue::as_bytes);
    let json = BASE64_STANDARD
        .decode(body)
        .unwrap_or_else(|_| body.to_vec());
    Some(FunctionError::parse(error_type, &json))
}

async fn error(
    AxumState(api): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let outcome = Outcome::Error(FunctionError::parse(error_type(&headers), &body));
    match api
        .state
        .update(|state| state.answer(&id, outcome, Instant::now()))
    {
        Ok(()) => accepted(),
        Err(refusal) => refused(refusal),
    }
}

async fn init_error(AxumState(api): Shared, headers: HeaderMap, body: Bytes) -> Response {
    let error = FunctionError::parse(error_type(&headers), &body);
    api.state.update(|state| state.fail_init(&error));
    accepted()
}

fn error_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(ERROR_TYPE)?.to_str().ok()
}

fn accepted() -> Response {
    answer(StatusCode::ACCEPTED, &json!({ "status": "OK" }))
}

fn refused(refusal: Refusal) -> Response {
    match refusal {
        Refusal::UnknownId => problem(
            StatusCode::BAD_REQUEST,
            "InvalidRequestID",
            "Invalid request ID",
        ),
        Refusal::Answered => problem(
            StatusCode::FORBIDDEN,
            "InvalidStateTransition",
            "The invocation is answered already",
        ),
    }
}

fn too_large(limit: usize) -> Response {
    problem(
        StatusCode::PAYLOAD_TOO_LARGE,
        "RequestEntityTooLarge",
        &format!("Exceeded maximum allowed payload size ({limit} bytes)."),
    )
}

fn problem(status: StatusCode, error_type: &str, message: &str) -> Response {
    let body = json!({ "errorMessage": message, "errorType": error_type });
    answer(status, &body)
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (
        status,
        [(CONTENT_TYPE, "application/json")],
        body.to_string(),
    )
        .into_response()
}
