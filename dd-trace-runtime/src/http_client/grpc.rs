//! What gRPC says of a call in the headers and trailers of HTTP: its method and its status.
//!
//! The rules are those of gRPC's `PROTOCOL-HTTP2.md`, and of its `http-grpc-status-mapping.md` for an answer that isn't
//! gRPC's.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use percent_encoding::percent_decode;

use crate::handler::failure::ErrorTags;

/// The name that Datadog's tracers for Node, Go, Java and Ruby give the span.
pub(super) const NAME: &str = "grpc.client";

/// A number, as in Datadog's tracer for Node.
pub(super) const STATUS: &str = "grpc.status.code";

const OK: i64 = 0;
pub(super) const CANCELLED: i64 = 1;
const UNKNOWN: i64 = 2;
const PERMISSION_DENIED: i64 = 7;
const UNIMPLEMENTED: i64 = 12;
const INTERNAL: i64 = 13;
const UNAVAILABLE: i64 = 14;
const UNAUTHENTICATED: i64 = 16;

/// The names of the codes, from 0 on.
const NAMES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

/// Whether a request with these headers is a gRPC call: `application/grpc`, `application/grpc+proto`.
///
/// `application/grpc-web` has its trailers in the body, so it is HTTP here.
pub(super) fn is_call(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE);
    let rest = content_type.and_then(|value| value.as_bytes().strip_prefix(b"application/grpc"));
    matches!(rest, Some([] | [b'+' | b';', ..]))
}

/// The parts of `/shop.v1.Orders/Place`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Method<'a> {
    /// `shop.v1.Orders`
    pub(super) package_service: &'a str,
    /// `shop.v1`, which may be empty.
    pub(super) package: &'a str,
    /// `Orders`
    pub(super) service: &'a str,
    /// `Place`
    pub(super) name: &'a str,
}

impl<'a> Method<'a> {
    pub(super) fn of_path(path: &'a str) -> Option<Self> {
        let (package_service, name) = path.strip_prefix('/')?.rsplit_once('/')?;
        let split = package_service.rsplit_once('.');
        let (package, service) = split.unwrap_or(("", package_service));
        Some(Self {
            package_service,
            package,
            service,
            name,
        })
    }
}

/// How a call went.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct GrpcStatus<'a> {
    code: i64,
    message: Cow<'a, str>,
}

impl<'a> GrpcStatus<'a> {
    /// The status of a response that consists of its head, or whose head isn't gRPC's; `None` if the trailers will tell.
    pub(super) fn of_head(status: StatusCode, headers: &'a HeaderMap) -> Option<Self> {
        let no_grpc = || {
            (status != StatusCode::OK).then(|| Self {
                code: code_of_http(status),
                message: status.to_string().into(),
            })
        };
        Self::of_headers(headers).or_else(no_grpc)
    }

    /// The status of a response that has ended.
    pub(super) fn of_trailers(trailers: Option<&'a HeaderMap>) -> Self {
        let told = trailers.and_then(Self::of_headers);
        told.unwrap_or(Self {
            code: UNKNOWN,
            message: "the response ended without a `grpc-status`".into(),
        })
    }

    fn of_headers(headers: &'a HeaderMap) -> Option<Self> {
        let code = headers.get("grpc-status")?;
        let message = headers.get("grpc-message").map(HeaderValue::as_bytes);
        let message = percent_decode(message.unwrap_or_default());
        Some(Self {
            code: known_code(code).unwrap_or(UNKNOWN),
            message: message.decode_utf8_lossy(),
        })
    }

    pub(super) fn code(&self) -> i64 {
        self.code
    }

    /// Every status but `OK`, as in Datadog's tracers for Python and Node.
    pub(super) fn error(&self) -> Option<ErrorTags> {
        (self.code != OK).then(|| ErrorTags {
            kind: name(self.code).to_owned(),
            message: self.message.clone().into_owned(),
            stack: String::new(),
        })
    }
}

fn known_code(value: &HeaderValue) -> Option<i64> {
    let code: usize = value.to_str().ok()?.parse().ok()?;
    NAMES.get(code)?;
    i64::try_from(code).ok()
}

fn name(code: i64) -> &'static str {
    let name = usize::try_from(code)
        .ok()
        .and_then(|code| NAMES.get(code).copied());
    name.unwrap_or("UNKNOWN")
}

/// The code of a proxy's answer.
fn code_of_http(status: StatusCode) -> i64 {
    match status.as_u16() {
        400 => INTERNAL,
        401 => UNAUTHENTICATED,
        403 => PERMISSION_DENIED,
        404 => UNIMPLEMENTED,
        429 | 502..=504 => UNAVAILABLE,
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests;
