//! Lambda function URLs.

use std::borrow::Cow;

use super::arn::Arn;
use super::event::Event;
use super::gateway;
use super::source::{InferredService, InferredSpan, Source, Tags};

pub(super) const SOURCE: Source = Source {
    name: "lambda-function-url",
    matches: |event| event.request.stage.is_there() && gateway::is_function_url(event),
    arn: |_, function| url_arn(Arn::parse(function)?),
    http: Some(|event| {
        let [method, path] = event.request.http.members([b"method", b"path"]);
        gateway::http_request(event, path.text(), method.text())
    }),
    inferred,
    ..Source::NONE
};

/// `arn:aws:lambda:<region>:<account>:url:<function>[:<qualifier>]`.
fn url_arn<'a>(function: Arn<'_>) -> Option<Cow<'a, str>> {
    let Arn {
        partition,
        region,
        account,
        resource,
    } = function;
    let name = resource.strip_prefix("function:")?;
    Some(format!("arn:{partition}:lambda:{region}:{account}:url:{name}").into())
}

fn inferred<'a>(event: &Event<'a>) -> Option<InferredSpan<'a>> {
    let request = &event.request;
    let domain = request.domain_name.text()?;
    let [method, path, protocol, source_ip] =
        request
            .http
            .members([b"method", b"path", b"protocol", b"sourceIp"]);
    let (method, path) = (method.text(), path.text());
    let headers = event.request_headers();
    let resource = gateway::words([method.as_deref(), path.as_deref()]);
    let tags = Tags::default()
        .with("http.url", gateway::url(Some(&domain), path.as_deref()))
        .with("http.method", method)
        .with("http.protocol", protocol.text())
        .with("http.source_ip", source_ip.text())
        .with("http.useragent", headers.user_agent)
        .with("http.route", gateway::route(event))
        .with("endpoint", path);
    Some(InferredSpan {
        name: "aws.lambda.url",
        span_type: "http",
        service: InferredService {
            generic: "lambda_url",
            ..gateway::service(request.api_id.text().as_ref(), &domain)
        },
        resource: resource.into(),
        start: request.time_epoch.milliseconds(),
        end: None,
        tags: tags.into_vec(),
        is_sync: true,
        before: None,
    })
}
