//! Lambda function URLs.

use std::borrow::Cow;

use super::arn::Arn;
use super::event::Event;
use super::gateway;
use super::source::{Details, HttpRequest, InferredService, InferredSpan, Source};
use crate::conventions::WrittenTags;

pub(super) const SOURCE: Source = Source {
    name: "lambda-function-url",
    matches: |event| event.request.stage.is_there() && gateway::is_function_url(event),
    is_http: true,
    details,
    ..Source::NONE
};

/// `arn:aws:lambda:<region>:<account>:url:<function>[:<qualifier>]`.
fn url_arn<'a>(function: &str) -> Option<Cow<'a, str>> {
    let Arn {
        partition,
        region,
        account,
        resource,
    } = Arn::parse(function)?;
    let name = resource.strip_prefix("function:")?;
    Some(format!("arn:{partition}:lambda:{region}:{account}:url:{name}").into())
}

fn details<'a>(event: &Event<'a>, function: &str) -> Details<'a> {
    let domain = event.request.domain_name.text();
    let headers = event.request_headers();
    let http = event.request.http.as_ref();
    let http = gateway::http_request(
        (
            domain.as_deref(),
            http.and_then(|http| http.path.text()).as_ref(),
        ),
        http.and_then(|http| http.method.text()),
        gateway::route(event),
        &headers,
    );
    Details {
        inferred: domain.map(|domain| span(event, &domain, &http)),
        http: Some(http),
        ..Details::of_arn(url_arn(function))
    }
}

fn span<'a>(event: &Event<'a>, domain: &Cow<'a, str>, http: &HttpRequest<'a>) -> InferredSpan<'a> {
    let request = &event.request;
    let said = request.http.as_ref();
    let path = said.and_then(|said| said.path.text());
    let method = http.method.clone();
    let resource = gateway::words([method.as_deref(), path.as_deref()]);
    let tags = WrittenTags::new()
        .with("http.url", http.url.clone())
        .with("http.method", method)
        .with("http.protocol", said.and_then(|said| said.protocol.text()))
        .with(
            "http.source_ip",
            said.and_then(|said| said.source_ip.text()),
        )
        .with("http.useragent", http.user_agent.clone())
        .with("http.route", http.route.clone())
        .with("endpoint", path);
    InferredSpan {
        name: "aws.lambda.url",
        span_type: "http",
        service: InferredService {
            generic: "lambda_url",
            ..gateway::service(request.api_id.text().as_ref(), domain)
        },
        resource: resource.into(),
        start: request.time_epoch.milliseconds(),
        end: None,
        tags,
        is_sync: true,
        before: None,
    }
}
