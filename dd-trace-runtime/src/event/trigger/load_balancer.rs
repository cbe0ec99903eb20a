//! Application load balancers.

use super::arn::part;
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

fn http<'a>(event: &Event<'a>) -> HttpRequest<'a> {
    let headers = event.request_headers();
    let path = event.text(Member::Path);
    let path = path.and_then(|path| part(&path, |path| Some(without_query(path))));
    let url = headers.host.as_deref().map(|host| {
        let protocol = headers.forwarded_proto.as_deref().unwrap_or("http");
        format!("{protocol}://{host}{}", path.as_deref().unwrap_or_default()).into()
    });
    HttpRequest {
        url,
        route: path.clone(),
        path,
        method: event.text(Member::HttpMethod),
        referer: headers.referer(),
        user_agent: headers.user_agent,
    }
}

/// The event has no time, so the span begins with the invocation.
fn inferred<'a>(event: &Event<'a>) -> InferredSpan<'a> {
    let headers = event.request_headers();
    let host = headers.host.unwrap_or_default();
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
        resource: resource.into(),
        start: None,
        end: None,
        tags: tags.into_vec(),
        is_sync: true,
        before: None,
    }
}
