//! API Gateway: WebSocket APIs.

use super::authorizer;
use super::event::Event;
use super::gateway::{self, Request};
use super::source::{Details, Source};

pub(super) const SOURCE: Source = Source {
    name: "api-gateway",
    matches: |event| event.request.message_direction.is_there() && gateway::is_api_gateway(event),
    is_http: true,
    details,
    ..Source::NONE
};

fn details<'a>(event: &Event<'a>, function: &str) -> Details<'a> {
    let context = &event.request;
    let route = context.route_key.text();
    let request = Request {
        name: "aws.apigateway.websocket",
        collection: "apis",
        method: None,
        whole_path: context.path.text(),
        path: route.clone(),
        start: context.request_time_epoch.milliseconds(),
    };
    let mut details = request.details(event, function);
    if let Some(span) = &mut details.inferred {
        span.resource = route.unwrap_or_default();
        span.tag("connection_id", context.connection_id.text());
        span.tag("event_type", context.event_type.text());
        span.tag("message_direction", context.message_direction.text());
        authorizer::before(event, span);
    }
    details
}
