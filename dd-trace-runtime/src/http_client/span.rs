//! The client span of one request.

use std::fmt::{Debug, Display};

use http::uri::Authority;
use http::{HeaderMap, Request, StatusCode, Uri, header};
use opentelemetry::trace::{SpanKind, TraceContextExt, Tracer};
use opentelemetry::{Context, ContextGuard, KeyValue};

use crate::context::carrier::Carrier;
use crate::handler::failure::{ErrorTags, describe_displayed};
use crate::span::child_span::start_below;
use crate::telemetry::Telemetry;

const NAME: &str = "http.request";

/// A request whose span is open; it ends with its response, or when the request's future is dropped.
#[derive(Debug)]
pub(super) struct RequestSpan {
    /// With the span.
    context: Context,
    has_ended: bool,
}

impl RequestSpan {
    /// Starts the span below the active one and puts its headers into the request; `None` without an active trace.
    pub(super) fn start<B>(request: &mut Request<B>) -> Option<Self> {
        let parent = Context::current();
        let telemetry = Telemetry::of(&parent);
        if !telemetry.enabled() || !parent.span().span_context().is_valid() {
            return None;
        }
        let tracer = telemetry.tracer();
        let builder = tracer
            .span_builder(NAME)
            .with_kind(SpanKind::Client)
            .with_attributes(tags(request));
        let span = start_below(&telemetry, &parent, || {
            tracer.build_with_context(builder, &parent)
        });
        let context = parent.with_span(span);
        inject(&telemetry, &context, request.headers_mut());
        Some(Self {
            context,
            has_ended: false,
        })
    }

    /// Makes the span OpenTelemetry's active one, until the guard is dropped.
    pub(super) fn activate(&self) -> ContextGuard {
        self.context.clone().attach()
    }

    pub(super) fn answered(&mut self, status: StatusCode) {
        let span = self.context.span();
        let code = status.as_str().to_owned();
        span.set_attribute(KeyValue::new("http.status_code", code));
        let telemetry = Telemetry::of(&self.context);
        let is_error = telemetry.client_error_statuses().contains(status.as_u16());
        self.end(is_error.then(|| ErrorTags {
            kind: status.as_str().to_owned(),
            message: status.to_string(),
            stack: String::new(),
        }));
    }

    pub(super) fn failed<E: Debug + Display + 'static>(&mut self, error: &E) {
        self.end(Some(describe_displayed(error)));
    }

    fn end(&mut self, error: Option<ErrorTags>) {
        let span = self.context.span();
        if let Some(error) = error {
            error.tell(&span);
        }
        span.end();
        self.has_ended = true;
    }
}

impl Drop for RequestSpan {
    fn drop(&mut self) {
        if !self.has_ended {
            self.end(Some(ErrorTags {
                kind: "Dropped".to_owned(),
                message: "the request was dropped before its response came: a time limit around it, or nobody \
                          waited for it"
                    .to_owned(),
                stack: String::new(),
            }));
        }
    }
}

fn inject(telemetry: &Telemetry, context: &Context, headers: &mut HeaderMap) {
    let Some(context) = telemetry.trace_context_of(context) else {
        return;
    };
    let carrier = Carrier::from(telemetry.propagator().headers(&context));
    headers.extend(carrier.to_header_map());
}

fn tags<B>(request: &Request<B>) -> Vec<KeyValue> {
    let (method, uri) = (request.method().as_str(), request.uri());
    let mut tags = vec![
        KeyValue::new("operation.name", NAME),
        KeyValue::new(
            "resource.name",
            format!("{method} {}", endpoint(uri.path())),
        ),
        KeyValue::new("span.type", "http"),
        KeyValue::new("component", "tower"),
        KeyValue::new("http.method", method.to_owned()),
    ];
    if let Some(authority) = authority(uri, request.headers()) {
        let (scheme, host) = (uri.scheme_str().unwrap_or("http"), authority.host());
        let port = authority.port();
        let colon_port = port
            .as_ref()
            .map_or_else(String::new, |port| format!(":{port}"));
        let url = format!("{scheme}://{host}{colon_port}{}", uri.path());
        tags.push(KeyValue::new("http.url", url));
        tags.push(KeyValue::new("out.host", host.to_owned()));
        if let Some(port) = port {
            let port = i64::from(port.as_u16());
            tags.push(KeyValue::new("network.destination.port", port));
        }
    }
    tags
}

/// The authority of the URL, or of the header `host` if an outer layer has removed it from the URL.
fn authority(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let in_header = || headers.get(header::HOST)?.to_str().ok()?.parse().ok();
    uri.authority().cloned().or_else(in_header)
}

/// The path of an endpoint, as dd-trace-java makes it: each part that has a digit becomes `?`, unless it is a version such
/// as `v1`.
fn endpoint(path: &str) -> String {
    let parts = path.split('/').map(|part| {
        let is_version = part
            .strip_prefix(['v', 'V'])
            .is_some_and(|digits| digits.len() == 1);
        let has_digit = part.bytes().any(|byte| byte.is_ascii_digit());
        if has_digit && !is_version { "?" } else { part }
    });
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_path_that_has_a_digit_is_no_name() {
        let paths = [
            ("/", "/"),
            ("", ""),
            ("/orders", "/orders"),
            ("/orders/7/lines/a1", "/orders/?/lines/?"),
            ("/v1/orders/", "/v1/orders/"),
            ("/v12", "/?"),
            ("*", "*"),
        ];
        for (path, expected) in paths {
            assert_eq!(endpoint(path), expected, "{path}");
        }
    }
}
