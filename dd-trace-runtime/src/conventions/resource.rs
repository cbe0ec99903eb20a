//! The resource of a span that doesn't name it itself.
//!
//! The rules are the agent's for OpenTelemetry spans, which the official tracer follows too
//! (`pkg/trace/traceutil/otel_util.go`, resource name logic v2).

use std::borrow::Cow;

use opentelemetry::trace::SpanKind;

use super::attribute::Attributes;

/// The resource, such as `GET /orders/{id}`: what Datadog groups by below the operation.
pub(crate) fn name<'a>(
    span_name: &'a str,
    kind: &SpanKind,
    attributes: &Attributes<'a>,
) -> Cow<'a, str> {
    if let Some(resource) = attributes.resource {
        return resource.into();
    }
    http(kind, attributes)
        .or_else(|| messaging(attributes))
        .or_else(|| rpc(attributes))
        .or_else(|| graphql(attributes))
        .or_else(|| database(attributes))
        .unwrap_or(Cow::Borrowed(span_name))
}

fn http<'a>(kind: &SpanKind, attributes: &Attributes<'a>) -> Option<Cow<'a, str>> {
    let method = match attributes.text("http.method")? {
        // The convention's word for an unknown method.
        "_OTHER" => "HTTP",
        method => method,
    };
    let route = attributes.text("http.route");
    Some(words(method, route.filter(|_| *kind == SpanKind::Server)))
}

fn messaging<'a>(attributes: &Attributes<'a>) -> Option<Cow<'a, str>> {
    let operation = attributes.first_text(["messaging.operation.type", "messaging.operation"])?;
    let destination =
        attributes.first_text(["messaging.destination", "messaging.destination.name"]);
    Some(words(operation, destination))
}

fn rpc<'a>(attributes: &Attributes<'a>) -> Option<Cow<'a, str>> {
    let method = attributes.text("rpc.method")?;
    Some(words(method, attributes.text("rpc.service")))
}

fn graphql<'a>(attributes: &Attributes<'a>) -> Option<Cow<'a, str>> {
    let operation = attributes.text("graphql.operation.type")?;
    Some(words(operation, attributes.text("graphql.operation.name")))
}

fn database<'a>(attributes: &Attributes<'a>) -> Option<Cow<'a, str>> {
    attributes.first_text(["db.system.name", "db.system"])?;
    let statement = attributes.first_text(["db.statement", "db.query.text"]);
    statement.map(Cow::Borrowed)
}

fn words<'a>(first: &'a str, second: Option<&'a str>) -> Cow<'a, str> {
    match second {
        Some(second) => [first, " ", second].concat().into(),
        None => first.into(),
    }
}
