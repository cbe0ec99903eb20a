//! What the APIs of API Gateway have in common.

use std::borrow::Cow;
use std::time::SystemTime;

use super::arn::{Arn, after_last, part};
use super::event::Event;
use super::request_headers::RequestHeaders;
use super::source::{Details, HttpRequest, InferredService, InferredSpan, without_query};
use crate::conventions::WrittenTags;
use crate::event::members::Member;

/// Whether the event is a request that API Gateway passes on. A function URL, which comes first in the table of
/// sources, has a stage, too.
pub(super) fn is_api_gateway(event: &Event<'_>) -> bool {
    event.request.stage.is_there()
}

/// Function URLs have a host of their own, `<id>.lambda-url.<region>.on.aws`.
pub(super) fn is_function_url(event: &Event<'_>) -> bool {
    let domain = event.request.domain_name.text();
    let id_and_rest = domain.as_deref().and_then(|domain| domain.split_once('.'));
    id_and_rest.is_some_and(|(_, rest)| rest.starts_with("lambda-url."))
}

/// `arn:aws:apigateway:<region>::/<collection>/<api>/stages/<stage>`: REST APIs are `restapis`, the others
/// `apis`. Datadog's libraries write `restapis` for all of them.
fn stage_arn<'a>(
    function: &str,
    collection: &str,
    [api, stage]: [Option<&str>; 2],
) -> Option<Cow<'a, str>> {
    let Arn {
        partition, region, ..
    } = Arn::parse(function)?;
    let arn = [
        "arn:",
        partition,
        ":apigateway:",
        region,
        "::/",
        collection,
        "/",
        api?,
        "/stages/",
        stage?,
    ];
    Some(arn.concat().into())
}

/// The tags of a request, as far as the request context has its host and path.
pub(super) fn http_request<'a>(
    (domain, path): (Option<&str>, Option<&Cow<'a, str>>),
    method: Option<Cow<'a, str>>,
    route: Option<Cow<'a, str>>,
    headers: &RequestHeaders<'a>,
) -> HttpRequest<'a> {
    HttpRequest {
        url: url(domain, path.map(|path| &**path)).map(Into::into),
        path: path.and_then(|path| part(path, |path| Some(without_query(path)))),
        method,
        route,
        referer: headers.referer(),
        user_agent: headers.user_agent.clone(),
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
    part(&key, |key| Some(after_last(b' ', key)))
}

/// The path as the API declares it, otherwise as it was requested.
fn template<'a>(event: &Event<'a>, route: Option<&Cow<'a, str>>) -> Option<Cow<'a, str>> {
    let templated = route.filter(|route| route.contains('{'));
    templated
        .cloned()
        .or_else(|| event.text(Member::RawPath))
        .or_else(|| event.request.resource_path.text())
        .or_else(|| event.text(Member::Path))
        .or_else(|| event.request.route_key.text())
}

/// The parts of a gateway's span that its kinds share.
pub(super) struct Request<'a> {
    pub(super) name: &'static str,
    /// What the ARNs of such APIs say.
    pub(super) collection: &'static str,
    pub(super) method: Option<Cow<'a, str>>,
    /// The path in the request context, which has the stage where the host has no name of its own.
    pub(super) whole_path: Option<Cow<'a, str>>,
    /// The path as it was requested.
    pub(super) path: Option<Cow<'a, str>>,
    pub(super) start: Option<SystemTime>,
}

impl<'a> Request<'a> {
    pub(super) fn details(self, event: &Event<'a>, function: &str) -> Details<'a> {
        let domain = event.request.domain_name.text();
        let api = event.request.api_id.text();
        let stage = event.request.stage.text();
        let route = route(event);
        let headers = event.request_headers();
        let http = http_request(
            (domain.as_deref(), self.whole_path.as_ref()),
            self.method.clone(),
            route.clone(),
            &headers,
        );
        let arn = stage_arn(
            function,
            self.collection,
            [api.as_deref(), stage.as_deref()],
        );
        let known = Known {
            api,
            stage,
            route,
            headers,
        };
        Details {
            http: Some(http),
            // The domain names the span's service.
            inferred: domain.map(|domain| self.into_span(event, domain, known)),
            ..Details::of_arn(arn)
        }
    }

    fn into_span(
        self,
        event: &Event<'a>,
        domain: Cow<'a, str>,
        known: Known<'a>,
    ) -> InferredSpan<'a> {
        let Known {
            api,
            stage,
            route,
            headers,
        } = known;
        let template = template(event, route.as_ref()).or_else(|| self.path.clone());
        let resource = words([self.method.as_deref(), template.as_deref()]);
        let service = service(api.as_ref(), &domain);
        let is_sync = !headers.is_async();
        let tags = WrittenTags::new()
            .with("http.url", url(Some(&domain), self.path.as_deref()))
            .with("http.method", self.method)
            .with("http.route", route)
            .with("http.useragent", headers.user_agent)
            .with("endpoint", self.path)
            .with("apiid", api.clone())
            .with("apiname", api)
            .with("stage", stage)
            .with("domain_name", Some(domain));
        InferredSpan {
            name: self.name,
            span_type: "web",
            service,
            resource: resource.into(),
            start: self.start,
            end: None,
            tags,
            is_sync,
            before: None,
        }
    }
}

/// What has been read of a request for its own tags, and is a tag of its span, too.
struct Known<'a> {
    api: Option<Cow<'a, str>>,
    stage: Option<Cow<'a, str>>,
    route: Option<Cow<'a, str>>,
    headers: RequestHeaders<'a>,
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
    match words {
        [Some(first), Some(second)] => [first, " ", second].concat(),
        [first, second] => first.or(second).unwrap_or_default().to_owned(),
    }
}
