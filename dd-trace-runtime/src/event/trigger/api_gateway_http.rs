//! API Gateway: HTTP APIs with payload format 2.0.

use super::authorizer;
use super::event::Event;
use super::fields::Field;
use super::gateway::{self, Request};
use super::source::{Details, Source};
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "api-gateway",
    matches: |event| {
        (event.members.has(Member::RouteKey) || event.request.http.is_some())
            && gateway::is_api_gateway(event)
    },
    is_http: true,
    details,
    ..Source::NONE
};

fn details<'a>(event: &Event<'a>, function: &str) -> Details<'a> {
    let http = event.request.http.as_ref();
    let text = |field: Option<&Field<'a>>| field.and_then(Field::text);
    let request = Request {
        name: "aws.httpapi",
        collection: "apis",
        method: text(http.map(|http| &http.method)),
        whole_path: text(http.map(|http| &http.path)),
        path: event.text(Member::RawPath),
        start: event.request.time_epoch.milliseconds(),
    };
    let mut details = request.details(event, function);
    if let Some(span) = &mut details.inferred {
        span.tag("http.protocol", text(http.map(|http| &http.protocol)));
        span.tag("http.source_ip", text(http.map(|http| &http.source_ip)));
        authorizer::delays(event, span);
    }
    details
}
