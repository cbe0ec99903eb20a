//! API Gateway: HTTP APIs with payload format 2.0.

use super::authorizer;
use super::event::Event;
use super::gateway::{self, Request};
use super::source::{InferredSpan, Source};
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "api-gateway",
    matches: |event| {
        (event.members.has(Member::RouteKey) || event.request.http.is_there())
            && gateway::is_api_gateway(event)
    },
    arn: |event, function| gateway::stage_arn(event, function, "apis"),
    http: Some(|event| {
        let [method, path] = event.request.http.members([b"method", b"path"]);
        gateway::http_request(event, path.text(), method.text())
    }),
    inferred,
    ..Source::NONE
};

fn inferred<'a>(event: &Event<'a>) -> Option<InferredSpan<'a>> {
    let [method, protocol, source_ip] =
        event
            .request
            .http
            .members([b"method", b"protocol", b"sourceIp"]);
    let request = Request {
        name: "aws.httpapi",
        method: method.text(),
        path: event.text(Member::RawPath),
        start: event.request.time_epoch.milliseconds(),
    };
    let mut span = request.into_span(event)?;
    let tags = [("http.protocol", protocol), ("http.source_ip", source_ip)];
    span.tags.extend(
        tags.iter()
            .filter_map(|(key, value)| Some((*key, value.text()?))),
    );
    Some(authorizer::delays(event, span))
}
