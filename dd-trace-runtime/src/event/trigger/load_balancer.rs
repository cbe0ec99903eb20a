//! Application load balancers.

use std::borrow::Cow;

use super::arn::part;
use super::event::Event;
use super::gateway;
use super::request_headers::RequestHeaders;
use super::source::{Details, HttpRequest, InferredService, InferredSpan, Source, without_query};
use crate::conventions::WrittenTags;
use crate::event::members::Member;

pub(super) const SOURCE: Source = Source {
    name: "application-load-balancer",
    matches: |event| event.request.elb.is_there(),
    is_http: true,
    details: |event, _| {
        let [arn] = event.request.elb.members([b"targetGroupArn"]);
        let arn = arn.text();
        let headers = event.request_headers();
        let http = http(event, &headers);
        Details {
            inferred: Some(span(&http, headers.host, arn.clone())),
            http: Some(http),
            ..Details::of_arn(arn)
        }
    },
    ..Source::NONE
};

fn http<'a>(event: &Event<'a>, headers: &RequestHeaders<'a>) -> HttpRequest<'a> {
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
        user_agent: headers.user_agent.clone(),
    }
}

/// The event has no time, so the span begins with the invocation.
fn span<'a>(
    request: &HttpRequest<'a>,
    host: Option<Cow<'a, str>>,
    arn: Option<Cow<'a, str>>,
) -> InferredSpan<'a> {
    let host = host.unwrap_or_default();
    let request = request.clone();
    let resource = gateway::words([request.method.as_deref(), request.path.as_deref()]);
    let tags = WrittenTags::new()
        .with("http.url", request.url)
        .with("http.method", request.method)
        .with("http.route", request.route)
        .with("http.useragent", request.user_agent)
        .with("endpoint", request.path)
        .with("target_group_arn", arn);
    InferredSpan {
        name: "aws.alb",
        span_type: "http",
        service: InferredService::of(host, "lambda_alb", "application-load-balancer"),
        resource: resource.into(),
        start: None,
        end: None,
        tags,
        is_sync: true,
        before: None,
    }
}
