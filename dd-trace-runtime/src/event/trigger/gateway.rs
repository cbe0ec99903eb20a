//! What the APIs of API Gateway have in common.

use std::borrow::Cow;
use std::time::SystemTime;

use super::arn::{Arn, part};
use super::event::Event;
use super::source::{HttpRequest, InferredService, InferredSpan, Tags, without_query};
use crate::event::members::Member;

/// Whether the event is a request that API Gateway passes on.
pub(super) fn is_api_gateway(event: &Event<'_>) -> bool {
    event.request.stage.is_there() && !is_function_url(event)
}

/// Function URLs have a host of their own, `<id>.lambda-url.<region>.on.aws`.
pub(super) fn is_function_url(event: &Event<'_>) -> bool {
    let domain = event.request.domain_name.text();
    let id_and_rest = domain.as_deref().and_then(|domain| domain.split_once('.'));
    id_and_rest.is_some_and(|(_, rest)| rest.starts_with("lambda-url."))
}

/// `arn:aws:apigateway:<region>::/<collection>/<api>/stages/<stage>`: REST APIs are `restapis`, the others
/// `apis`. Datadog's libraries write `restapis` for all of them.
pub(super) fn stage_arn<'a>(
    event: &Event<'_>,
    function: &str,
    collection: &str,
) -> Option<Cow<'a, str>> {
    let Arn {
        partition, region, ..
    } = Arn::parse(function)?;
    let api = event.request.api_id.text()?;
    let stage = event.request.stage.text()?;
    let path = [collection, &*api, "stages", &*stage].join("/");
    let arn = ["arn:", partition, ":apigateway:", region, "::/", &path];
    Some(arn.concat().into())
}

/// The tags of a request, if the request context has its host and path.
pub(super) fn http_request<'a>(
    event: &Event<'a>,
    path: Option<Cow<'a, str>>,
    method: Option<Cow<'a, str>>,
) -> HttpRequest<'a> {
    let headers = event.request_headers();
    let domain = event.request.domain_name.text();
    HttpRequest {
        url: url(domain.as_deref(), path.as_deref()).map(Into::into),
        path: path.and_then(|path| part(&path, |path| Some(without_query(path)))),
        method,
        route: route(event),
        referer: headers.referer(),
        user_agent: headers.user_agent,
    }
}

pub(super) fn url(domain: Option<&str>, path: Option<&str>) -> Option<String> {
    let path = without_query(path.unwrap_or_default());
    domain.map(|domain| ["https://", domain, path].concat())
}

/// The second word of `GET /orders/{id}` is the route of an HTTP API; a REST API has it in `resource`. What a
/// WebSocket API calls a route isn't one of HTTP.
pub(super) fn route<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    let Some(key) = event.text(Member::RouteKey) else {
        return event.text(Member::Resource);
    };
    let start = key.rfind(' ').map_or(0, |space| space + 1);
    Some(match key {
        Cow::Borrowed(key) => key.get(start..).unwrap_or_default().into(),
        Cow::Owned(mut key) => key.split_off(start).into(),
    })
}

/// The path as the API declares it, otherwise as it was requested.
fn template<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    let templated = route(event).filter(|route| route.contains('{'));
    templated
        .or_else(|| event.text(Member::RawPath))
        .or_else(|| event.request.resource_path.text())
        .or_else(|| event.text(Member::Path))
        .or_else(|| event.request.route_key.text())
}

/// The parts of a gateway's span that its kinds share.
pub(super) struct Request<'a> {
    pub(super) name: &'static str,
    pub(super) method: Option<Cow<'a, str>>,
    /// The path as it was requested.
    pub(super) path: Option<Cow<'a, str>>,
    pub(super) start: Option<SystemTime>,
}

impl<'a> Request<'a> {
    /// The span of the request. There is none without the domain, which names its service.
    pub(super) fn into_span(self, event: &Event<'a>) -> Option<InferredSpan<'a>> {
        let request = &event.request;
        let domain = request.domain_name.text()?;
        let api = request.api_id.text();
        let headers = event.request_headers();
        let template = template(event).or_else(|| self.path.clone());
        let resource = words([self.method.as_deref(), template.as_deref()]);
        let service = service(api.as_ref(), &domain);
        let is_sync = !headers.is_async();
        let tags = Tags::default()
            .with("http.url", url(Some(&domain), self.path.as_deref()))
            .with("http.method", self.method)
            .with("http.route", route(event))
            .with("http.useragent", headers.user_agent)
            .with("endpoint", self.path)
            .with("apiid", api.clone())
            .with("apiname", api)
            .with("stage", request.stage.text())
            .with("domain_name", Some(domain));
        Some(InferredSpan {
            name: self.name,
            span_type: "web",
            service,
            resource: resource.into(),
            start: self.start,
            end: None,
            tags: tags.into_vec(),
            is_sync,
            before: None,
        })
    }
}

pub(super) fn service<'a>(
    api: Option<&Cow<'a, str>>,
    domain: &Cow<'a, str>,
) -> InferredService<'a> {
    InferredService {
        specific: api.cloned().unwrap_or_default(),
        generic: "lambda_api_gateway",
        instance: domain.clone(),
        fallback: domain.clone(),
    }
}

/// The method and the path, or the one that there is.
pub(super) fn words(words: [Option<&str>; 2]) -> String {
    let words: Vec<&str> = words.into_iter().flatten().collect();
    words.join(" ")
}
