//! Application load balancers.

use super::event::Event;
use super::fields::Field;
use super::gateway;
use super::source::{HttpRequest, InferredService, InferredSpan, Source, Tags, without_query};
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "application-load-balancer",
    matches: |event| event.request.elb.is_there(),
    arn: |event, _| target_group(event).text(),
    http: Some(http),
    inferred: |event| Some(inferred(event)),
    ..Source::NONE
};

fn target_group<'a>(event: &Event<'a>) -> Field<'a> {
    let [arn] = event.request.elb.members([b"targetGroupArn"]);
    arn
}

fn http(event: &Event<'_>) -> HttpRequest {
    let headers = event.request_headers();
    let path = event.text(Member::Path);
    let path = path.as_deref().map(without_query);
    let url = headers.host.as_deref().map(|host| {
        let protocol = headers.forwarded_proto.as_deref().unwrap_or("http");
        format!("{protocol}://{host}{}", path.unwrap_or_default())
    });
    HttpRequest {
        url,
        route: path.map(Into::into),
        path: path.map(Into::into),
        method: event.text(Member::HttpMethod).map(Into::into),
        referer: headers.referer(),
        user_agent: headers.user_agent.map(Into::into),
    }
}

/// The event has no time, so the span begins with the invocation.
fn inferred(event: &Event<'_>) -> InferredSpan {
    let headers = event.request_headers();
    let host = headers.host.as_deref().unwrap_or_default();
    let request = http(event);
    let resource = gateway::words([request.method.as_deref(), request.path.as_deref()]);
    let tags = Tags::default()
        .with("http.url", request.url)
        .with("http.method", request.method)
        .with("http.route", request.route)
        .with("http.useragent", request.user_agent)
        .with("endpoint", request.path)
        .with("target_group_arn", target_group(event).text());
    InferredSpan {
        name: "aws.alb",
        span_type: "http",
        service: InferredService::of(host, "lambda_alb", "application-load-balancer"),
        resource,
        start: None,
        end: None,
        tags: tags.into_vec(),
        is_sync: true,
        before: None,
    }
}
