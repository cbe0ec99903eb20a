//! What a request's span says of it before there is a response.

use std::borrow::Cow;

use http::uri::Authority;
use http::{HeaderMap, Request, header};

use super::grpc::{self, Method};
use crate::conventions::OwnTags;

pub(super) const HTTP_NAME: &str = "http.request";

/// The tags of a request, and the port of the server, which is a number.
pub(super) type RequestTags = (OwnTags, Option<u16>);

pub(super) fn of_http<B>(request: &Request<B>) -> RequestTags {
    let (method, uri) = (request.method().as_str(), request.uri());
    let mut tags = OwnTags::of_call(HTTP_NAME, resource(method, uri.path()), "http");
    tags.tag("component", "tower");
    tags.tag("http.method", method);
    let Some(authority) = authority(request) else {
        return (tags, None);
    };
    let (scheme, host) = (uri.scheme_str().unwrap_or("http"), authority.host());
    let port = authority.port();
    let (colon, digits) = match &port {
        Some(port) => (":", port.as_str()),
        None => ("", ""),
    };
    tags.tag_joined(
        "http.url",
        &[scheme, "://", host, colon, digits, uri.path()],
    );
    tags.tag("out.host", host);
    (tags, port.map(|port| port.as_u16()))
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
pub(super) fn of_grpc<B>(request: &Request<B>) -> RequestTags {
    let path = request.uri().path();
    let mut tags = OwnTags::of_call(grpc::NAME, path.to_owned(), "http");
    tags.tag("component", "grpc");
    tags.tag("grpc.method.path", path);
    if let Some(method) = Method::of_path(path) {
        let known = |name| Some(name).filter(|name: &&str| !name.is_empty());
        tags.tag_if("rpc.service", known(method.package_service));
        tags.tag_if("grpc.method.package", known(method.package));
        tags.tag_if("grpc.method.service", known(method.service));
        tags.tag_if("grpc.method.name", known(method.name));
    }
    let Some(authority) = authority(request) else {
        return (tags, None);
    };
    tags.tag("out.host", authority.host());
    (tags, authority.port_u16())
}

/// The authority of the URL, or of the header `host` if an outer layer has removed it from the URL.
fn authority<B>(request: &Request<B>) -> Option<Cow<'_, Authority>> {
    let in_url = request.uri().authority();
    let in_header = |headers: &HeaderMap| headers.get(header::HOST)?.to_str().ok()?.parse().ok();
    in_url
        .map(Cow::Borrowed)
        .or_else(|| in_header(request.headers()).map(Cow::Owned))
}

/// The method and the path of the endpoint, as dd-trace-java makes it: each part that has a digit becomes `?`, unless it
/// is a version such as `v1`.
fn resource(method: &str, path: &str) -> String {
    let mut resource = String::with_capacity(method.len() + 1 + path.len());
    resource.push_str(method);
    let mut rest = path;
    let mut separator = ' ';
    loop {
        let end = rest.bytes().position(|byte| byte == b'/');
        let (part, after) = end
            .and_then(|end| Some((rest.get(..end)?, rest.get(end + 1..))))
            .unwrap_or((rest, None));
        resource.push(separator);
        resource.push_str(if is_variable(part) { "?" } else { part });
        let Some(after) = after else {
            return resource;
        };
        (rest, separator) = (after, '/');
    }
}

fn is_variable(part: &str) -> bool {
    let is_version = matches!(part.as_bytes(), [b'v' | b'V', _]);
    !is_version && part.bytes().any(|byte| byte.is_ascii_digit())
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
            ("/v1é/é2", "/?/?"),
            ("*", "*"),
            ("//7//", "//?//"),
        ];
        for (path, expected) in paths {
            assert_eq!(resource("GET", path), format!("GET {expected}"), "{path}");
        }
    }
}
