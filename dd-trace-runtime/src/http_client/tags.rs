//! What a request's span says of it before there is a response.

use http::uri::Authority;
use http::{HeaderMap, Request, Uri, header};
use opentelemetry::KeyValue;

use super::grpc::{self, Method};

pub(super) const HTTP_NAME: &str = "http.request";

pub(super) fn of_http<B>(request: &Request<B>) -> Vec<KeyValue> {
    let (method, uri) = (request.method().as_str(), request.uri());
    let mut tags = vec![
        KeyValue::new("operation.name", HTTP_NAME),
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
        peer(&authority, &mut tags);
    }
    tags
}

/// The tags on which ddtrace 4.16 (`contrib/internal/grpc`) and dd-trace 6.21 (`datadog-plugin-grpc`) agree.
///
/// | | Python | Node | here |
/// |---|---|---|---|
/// | name | `grpc` | `grpc.client` | `grpc.client` |
/// | type | `grpc` | `http` | `http` |
/// | service | `grpc-client` | the caller's | the caller's |
/// | `grpc.status.code` | `StatusCode.NOT_FOUND` | 5 | 5 |
/// | `grpc.method.kind` | yes | yes | not seen by a layer |
/// | host | `grpc.host`, `peer.hostname` | `network.destination.ip` | `out.host`, as for HTTP |
pub(super) fn of_grpc<B>(request: &Request<B>) -> Vec<KeyValue> {
    let (path, uri) = (request.uri().path(), request.uri());
    let mut tags = vec![
        KeyValue::new("operation.name", grpc::NAME),
        KeyValue::new("resource.name", path.to_owned()),
        KeyValue::new("span.type", "http"),
        KeyValue::new("component", "grpc"),
        KeyValue::new("grpc.method.path", path.to_owned()),
    ];
    if let Some(method) = Method::of_path(path) {
        let names = [
            ("rpc.service", method.package_service),
            ("grpc.method.package", method.package),
            ("grpc.method.service", method.service),
            ("grpc.method.name", method.name),
        ];
        let known = names.into_iter().filter(|(_, value)| !value.is_empty());
        tags.extend(known.map(|(tag, value)| KeyValue::new(tag, value.to_owned())));
    }
    if let Some(authority) = authority(uri, request.headers()) {
        peer(&authority, &mut tags);
    }
    tags
}

fn peer(authority: &Authority, tags: &mut Vec<KeyValue>) {
    tags.push(KeyValue::new("out.host", authority.host().to_owned()));
    if let Some(port) = authority.port_u16() {
        let port = i64::from(port);
        tags.push(KeyValue::new("network.destination.port", port));
    }
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
