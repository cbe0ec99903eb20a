//! API Gateway: REST APIs, and HTTP APIs with payload format 1.0, which look the same.

use super::authorizer;
use super::event::Event;
use super::gateway::{self, Request};
use super::source::{InferredSpan, Source};
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "api-gateway",
    // Whatever isn't of the other kinds, because all of them have a stage.
    matches: gateway::is_api_gateway,
    arn: |event, function| gateway::stage_arn(event, function, "restapis"),
    http: Some(|event| {
        let path = event.request.path.text();
        gateway::http_request(event, path, event.text(Member::HttpMethod))
    }),
    inferred,
    ..Source::NONE
};

fn inferred<'a>(event: &Event<'a>) -> Option<InferredSpan<'a>> {
    let request = Request {
        name: "aws.apigateway",
        method: event.text(Member::HttpMethod),
        path: event.text(Member::Path),
        start: event.request.request_time_epoch.milliseconds(),
    };
    Some(authorizer::before(event, request.into_span(event)?))
}
