//! API Gateway: WebSocket APIs.

use super::authorizer;
use super::event::Event;
use super::gateway::{self, Request};
use super::source::{InferredSpan, Source};

pub(super) const SOURCE: Source = Source {
    name: "api-gateway",
    matches: |event| event.request.message_direction.is_there() && gateway::is_api_gateway(event),
    arn: |event, function| gateway::stage_arn(event, function, "apis"),
    http: Some(|event| gateway::http_request(event, event.request.path.text(), None)),
    inferred,
    ..Source::NONE
};

fn inferred<'a>(event: &Event<'a>) -> Option<InferredSpan<'a>> {
    let request = &event.request;
    let route = request.route_key.text();
    let span = Request {
        name: "aws.apigateway.websocket",
        method: None,
        path: route.clone(),
        start: request.request_time_epoch.milliseconds(),
    };
    let mut span = span.into_span(event)?;
    span.resource = route.unwrap_or_default();
    let tags = [
        ("connection_id", &request.connection_id),
        ("event_type", &request.event_type),
        ("message_direction", &request.message_direction),
    ];
    span.tags.extend(
        tags.iter()
            .filter_map(|(key, value)| Some((*key, value.text()?))),
    );
    Some(authorizer::before(event, span))
}
