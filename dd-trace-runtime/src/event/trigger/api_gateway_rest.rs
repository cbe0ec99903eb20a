//! API Gateway: REST APIs, and HTTP APIs with payload format 1.0, which look the same.

use super::authorizer;
use super::event::Event;
use super::gateway::{self, Request};
use super::source::{Details, Source};
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "api-gateway",
    // Whatever isn't of the other kinds, because all of them have a stage.
    matches: gateway::is_api_gateway,
    is_http: true,
    details,
    ..Source::NONE
};

fn details<'a>(event: &Event<'a>, function: &str) -> Details<'a> {
    let request = Request {
        name: "aws.apigateway",
        collection: "restapis",
        method: event.text(Member::HttpMethod),
        whole_path: event.request.path.text(),
        path: event.text(Member::Path),
        start: event.request.request_time_epoch.milliseconds(),
    };
    let mut details = request.details(event, function);
    if let Some(span) = &mut details.inferred {
        authorizer::before(event, span);
    }
    details
}
